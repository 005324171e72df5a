import { checkNames } from "./check-names";
import { folderOnHost } from "./sources/folder-on-host";
import { defaultEndpoint, type HubSource, hubFiles } from "./sources/hub";
import { folderFiles, givenFiles, type NamedBlob, type NamedBytes } from "./sources/local-files";
import type { ModelFile } from "./sources/model-file";
import { neededFiles } from "./sources/needed-files";

/** Where a model's files are: given by the reader, on a host, on a hub, or in a folder, in Node. */
export type ModelSource =
  | {
      /** config.json, *.safetensors (with model.safetensors.index.json where there are several), generation_config.json, tokenizer.json or its older forms; others are ignored. */
      files: readonly (File | NamedBlob | NamedBytes)[];
    }
  | {
      /** The address of a folder that holds those files, on any host. */
      url: string;
    }
  | HubSource
  | {
      /** A path, in Node. */
      folder: string;
    };

/** The files of a source that a model needs. Throws an Error that says what is wrong with the source. */
export async function modelFiles(source: ModelSource, signal?: AbortSignal): Promise<ModelFile[]> {
  if (typeof source === "object" && source !== null) {
    checkNames(source, "the source", "hub" in source ? ["hub", "revision", "endpoint"] : ["files", "url", "folder"]);
    if (Object.keys(source).length > 1 && !("hub" in source))
      throw new Error(`the source has ${Object.keys(source).join(" and ")}; it must have one of them`);
    if ("files" in source) return neededFiles(givenFiles(source.files));
    if ("url" in source) return folderOnHost(source.url, signal);
    if ("hub" in source) return hubFiles(source, signal);
    if ("folder" in source) return neededFiles(await folderFiles(source.folder));
  }
  throw new Error("the source of a model must have files, a url, a hub or a folder");
}

/** What a model is kept as; undefined where the reader has its files already. */
export function nameOfSource(source: ModelSource): string | undefined {
  if ("url" in source) return source.url;
  if (!("hub" in source)) return undefined;
  const { hub, revision = "main", endpoint = defaultEndpoint } = source;
  return `${endpoint}/${hub}@${revision}`;
}

/** The files of a source that the browser's storage keeps. */
export async function keptFilesOf(source: ModelSource): Promise<ModelFile[] | undefined> {
  const name = nameOfSource(source);
  return name === undefined ? undefined : (await import("./storage/model-store")).storedFiles(name);
}
