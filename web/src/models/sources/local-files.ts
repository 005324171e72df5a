import { piecesOfBlob } from "./blob-pieces";
import { fileOfBytes, type ModelFile } from "./model-file";
import { SourceError } from "./source-error";

/** A file's name and its bytes. */
export interface NamedBlob {
  /** Without a folder: "config.json". */
  name: string;
  /** Its bytes. */
  blob: Blob;
}

/** A file's name and its bytes where they are in memory: opening copies them once, which takes less time than reading a blob. */
export interface NamedBytes {
  /** Without a folder: "config.json". */
  name: string;
  /** Its bytes, which must not change while the model is opened. */
  bytes: Uint8Array | ArrayBuffer;
}

/** Files that the reader gave. */
export function givenFiles(files: readonly (File | NamedBlob | NamedBytes)[]): ModelFile[] {
  return Array.from(files, (file, i) => {
    const { name, content } = nameAndContent(file);
    if (typeof name === "string" && content instanceof Uint8Array) return fileOfBytes(name, content);
    if (typeof name === "string" && content instanceof Blob)
      return { name, size: content.size, pieces: (start, end) => piecesOf(name, content.slice(start, end)) };
    throw new Error(`files[${i}] is neither a File nor { name, blob } nor { name, bytes }`);
  });
}

function nameAndContent(file: unknown): { name?: unknown; content?: unknown } {
  if (typeof file !== "object" || file === null) return {};
  // A File has a method `bytes`.
  const { name, blob, bytes }: { name?: unknown; blob?: unknown; bytes?: unknown } = file;
  if (file instanceof Blob) return { name, content: file };
  return { name, content: bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : (bytes ?? blob) };
}

async function* piecesOf(name: string, blob: Blob) {
  try {
    yield* piecesOfBlob(blob);
  } catch (cause) {
    throw new SourceError(
      `${name} cannot be read: it was changed or moved after it was chosen; choose it again`,
      "changed",
      { cause },
    );
  }
}

/** The files of a folder, in Node. */
export async function folderFiles(folder: string): Promise<ModelFile[]> {
  if (typeof process !== "object" || !process.release?.name)
    throw new Error("a folder can be opened in Node only; elsewhere give files");
  // No bundler may find the module's name, which it would look for: put together so, none does.
  const { open, readdir, stat }: typeof import("node:fs/promises") = await import(
    /* @vite-ignore */ `${process.release.name}:fs/promises`
  );
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, stats: await stat(`${folder}/${name}`) })),
  );
  return files
    .filter(({ stats }) => stats.isFile())
    .map(({ name, stats: { size, mtimeMs } }) => {
      async function* pieces(start = 0, end = size) {
        const file = await open(`${folder}/${name}`);
        const checkSame = async () => {
          const now = await file.stat();
          if (now.size !== size || now.mtimeMs !== mtimeMs)
            throw new SourceError(`${name} became another file while it was read; open the model again`, "changed");
        };
        try {
          const buffer = new Uint8Array(2 ** 24);
          for (let at = start; at < end; ) {
            const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
            if (bytesRead === 0) break;
            at += bytesRead;
            yield buffer.subarray(0, bytesRead);
          }
          await checkSame();
        } finally {
          await file.close();
        }
      }
      return { name, size, pieces };
    });
}
