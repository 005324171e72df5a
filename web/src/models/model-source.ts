import { tokenizerFiles } from "./tokenizer/tokenizer-file-names";

/** Where a model's files are: given by the reader, or in a folder, in Node. */
export type ModelSource =
  | {
      /** config.json, *.safetensors (with model.safetensors.index.json where there are several), generation_config.json, tokenizer.json or its older forms; others are ignored. */
      files: readonly (File | NamedBlob)[];
    }
  | {
      /** A path, in Node. */
      folder: string;
    };

/** A file's name and its bytes. */
export interface NamedBlob {
  /** Without a folder: "config.json". */
  name: string;
  /** Its bytes. */
  blob: Blob;
}

/** A file that a model may need, and its bytes piece by piece: each is looked at before the next is read. */
export interface ModelFile {
  name: string;
  size: number;
  pieces(): AsyncIterable<Uint8Array>;
}

/** The files of a source that may be needed. Throws an Error that says what is wrong with the source. */
export async function modelFiles(source: ModelSource): Promise<ModelFile[]> {
  if (typeof source === "object" && source !== null) {
    if ("files" in source) return givenFiles(source.files);
    if ("folder" in source) return folderFiles(source.folder);
  }
  throw new Error("the source of a model must have files or a folder");
}

const isNeeded = (name: string) =>
  name === "config.json" ||
  name === "generation_config.json" ||
  name.endsWith(".safetensors") ||
  name.endsWith(".safetensors.index.json") ||
  tokenizerFiles.includes(name);

function givenFiles(files: readonly (File | NamedBlob)[]): ModelFile[] {
  return Array.from(files, (file, i) => {
    const blob = file instanceof Blob ? file : file?.blob;
    if (!(blob instanceof Blob) || typeof file.name !== "string")
      throw new Error(`files[${i}] is neither a File nor { name, blob }`);
    return { name: file.name, size: blob.size, pieces: () => piecesOf(blob) };
  }).filter(({ name }) => isNeeded(name));
}

async function* piecesOf(blob: Blob) {
  // Not all browsers iterate over streams.
  const reader = blob.stream().getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    reader.releaseLock();
  }
}

async function folderFiles(folder: string): Promise<ModelFile[]> {
  if (typeof process !== "object" || !process.release?.name)
    throw new Error("a folder can be opened in Node only; elsewhere give files");
  // No bundler may find the module's name, which it would look for: put together so, none does.
  const { open, readdir, stat }: typeof import("node:fs/promises") = await import(
    /* @vite-ignore */ `${process.release.name}:fs/promises`
  );
  const names = (await readdir(folder)).filter(isNeeded);
  return Promise.all(
    names.map(async (name) => {
      const path = `${folder}/${name}`;
      async function* pieces() {
        const file = await open(path);
        try {
          const buffer = new Uint8Array(2 ** 24);
          for (;;) {
            const { bytesRead } = await file.read(buffer);
            if (bytesRead === 0) return;
            yield buffer.subarray(0, bytesRead);
          }
        } finally {
          await file.close();
        }
      }
      return { name, size: (await stat(path)).size, pieces };
    }),
  );
}
