import { imageProcessingFile } from "../image-processing";
import { whatInPlace } from "../json-file";
import { tokenizerFiles } from "../tokenizer/tokenizer-file-names";
import { bytesOf, type ModelFile } from "./model-file";
import { indexedNames, indexName, neededFiles, torchIndexName } from "./needed-files";
import { optionalFile, remoteFile, sizeIfThere, sizeOfSafetensors } from "./remote-files";
import type { Address } from "./request";
import { SourceError } from "./source-error";

/** The files of a model in a folder on any host. Such a host lists nothing, so they are asked for by their names. */
export async function folderOnHost(address: string, signal?: AbortSignal): Promise<ModelFile[]> {
  const folder = folderAddress(address);
  const at = (name: string) => ({ url: new URL(name, folder), name });
  const optional = async (name: string) => {
    const file = await optionalFile(at(name), signal);
    // Many hosts have a page of their own for what is not there, and say that all is well.
    const isPage = file && whatInPlace(String.fromCharCode(...(await bytesOf(file, 0, Math.min(file.size, 200)))));
    return isPage && name !== "config.json" ? undefined : file;
  };
  const [config, index, ...texts] = await Promise.all(
    ["config.json", indexName, "generation_config.json", "tokenizer.json", imageProcessingFile].map(optional),
  );
  if (!config) throw new SourceError(`there is no config.json at ${folder.origin}${folder.pathname}`, "missing");
  if (!texts[1])
    texts.push(...(await Promise.all(tokenizerFiles.filter((name) => name !== "tokenizer.json").map(optional))));
  const names = index ? [...indexedNames(index.name, await bytesOf(index))] : ["model.safetensors"];
  const weights = await Promise.all(
    names.map(async (name) => remoteFile(at(name), await sizeOfSafetensors(at(name), signal), signal)),
  ).catch(async (error) => {
    const older = index ? [] : await torchFiles(at, optional, signal);
    if (older.length === 0) throw error;
    return older;
  });
  return neededFiles([config, index, ...texts, ...weights].filter((file) => file !== undefined));
}

/** Weights in PyTorch's own form: one file, or an index and those that it names. */
async function torchFiles(
  at: (name: string) => Address,
  optional: (name: string) => Promise<ModelFile | undefined>,
  signal?: AbortSignal,
): Promise<ModelFile[]> {
  const whole = await sizeIfThere(at("pytorch_model.bin"), signal);
  if (whole !== undefined) return [remoteFile(at("pytorch_model.bin"), whole, signal)];
  const index = await optional(torchIndexName);
  if (!index) return [];
  const parts = [...indexedNames(index.name, await bytesOf(index))].map(async (name) => {
    const size = await sizeIfThere(at(name), signal);
    return size === undefined ? [] : [remoteFile(at(name), size, signal)];
  });
  return [index, ...(await Promise.all(parts)).flat()];
}

function folderAddress(address: string): URL {
  let url: URL;
  try {
    url = new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch (cause) {
    throw new Error(`the address ${JSON.stringify(address)} is none`, { cause });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(
      `the address ${JSON.stringify(address)} begins with ${url.protocol}; it must be one of http or https`,
    );
  url.search = "";
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
