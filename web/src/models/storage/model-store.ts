/** Models in the browser's origin-private file system: a folder for each, with the files that were fetched and what they are. @module */
import { piecesOfBlob } from "../sources/blob-pieces";
import type { ModelFile } from "../sources/model-file";
import { SourceError } from "../sources/source-error";
import { writeFile } from "./write-file";

/** A model that is kept in the browser. */
export interface StoredModel {
  /** Where it was fetched from. */
  name: string;
  /** Of its files. */
  bytes: number;
  /** Milliseconds since 1970. */
  lastUsed: number;
}

/** What a model's folder says of it. It is written last, so that a folder without it is one that was left half-way. */
interface Manifest extends StoredModel {
  files: { name: string; place: string; size: number }[];
}

const folderName = "heed-models";
const manifestName = "heed-manifest";

async function root(): Promise<FileSystemDirectoryHandle> {
  if (!globalThis.navigator?.storage?.getDirectory)
    throw new Error("models can be kept in browsers only, on pages that are served over https or from this machine");
  return (await navigator.storage.getDirectory()).getDirectoryHandle(folderName, { create: true });
}

/** A name for a folder that any file system takes, one for each model. */
async function folderOf(name: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function manifestOf(folder: FileSystemDirectoryHandle): Promise<Manifest | undefined> {
  try {
    const file = await (await folder.getFileHandle(manifestName)).getFile();
    return JSON.parse(await file.text()) as Manifest;
  } catch {
    // None, or one that was left half-way.
    return undefined;
  }
}

async function writeManifest(folder: FileSystemDirectoryHandle, manifest: Manifest): Promise<void> {
  const writer = await writeFile(folder, manifestName);
  await writer.write(new TextEncoder().encode(JSON.stringify(manifest)));
  await writer.close();
}

/** The models that are kept, the one used last first. */
export async function listModels(): Promise<StoredModel[]> {
  const models: StoredModel[] = [];
  for await (const handle of (await root()).values()) {
    const manifest = handle.kind === "directory" ? await manifestOf(handle as FileSystemDirectoryHandle) : undefined;
    if (manifest) models.push({ name: manifest.name, bytes: manifest.bytes, lastUsed: manifest.lastUsed });
  }
  return models.sort((a, b) => b.lastUsed - a.lastUsed);
}

/** Deletes a model that is kept, and what is left of one that was fetched half-way. */
export async function deleteModel(name: string): Promise<void> {
  try {
    await (await root()).removeEntry(await folderOf(name), { recursive: true });
  } catch (error) {
    if ((error as Error).name !== "NotFoundError") throw error;
  }
}

/** The files of a model that is kept, or undefined. */
export async function storedFiles(name: string): Promise<ModelFile[] | undefined> {
  let folder: FileSystemDirectoryHandle;
  try {
    folder = await (await root()).getDirectoryHandle(await folderOf(name));
  } catch {
    return undefined;
  }
  const manifest = await manifestOf(folder);
  if (!manifest) return undefined;
  const files: ModelFile[] = [];
  for (const { name: fileName, place, size } of manifest.files) {
    const blob = await blobOf(folder, place);
    if (blob?.size !== size) return undefined;
    files.push({ name: fileName, size, pieces: (start, end) => piecesOfBlob(blob.slice(start, end)) });
  }
  // Another tab may write the same at this moment.
  await writeManifest(folder, { ...manifest, lastUsed: Date.now() }).catch(() => undefined);
  return files;
}

const placeOf = ({ name, version }: ModelFile) => (version ? `${version}-${name}` : name);

async function blobOf(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch {
    return undefined;
  }
}

/** Files on their way into the storage. */
export interface KeptFiles {
  files: readonly ModelFile[];
  /** Says that all are kept. */
  finish: () => Promise<void>;
  /** Lets another tab keep the model. */
  release: () => void;
}

/**
 * The same files, each kept as it is read. Files that an earlier attempt kept are not fetched again. What another tab is keeping at the
 * moment is not kept twice: the files are then as they are given.
 */
export async function keptFiles(name: string, files: readonly ModelFile[]): Promise<KeptFiles> {
  const release = await lockOf(name);
  if (!release) return { files, finish: async () => undefined, release: () => undefined };
  try {
    return { ...(await filesBeingKept(name, files)), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Only one tab at a time keeps a model. What gives the lock back; undefined where another has it. */
async function lockOf(name: string): Promise<(() => void) | undefined> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return () => undefined;
  return new Promise((resolve, reject) => {
    locks
      .request(`${folderName} ${name}`, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(undefined);
        return new Promise<void>((end) => resolve(end));
      })
      .catch(reject);
  });
}

async function filesBeingKept(name: string, files: readonly ModelFile[]): Promise<Omit<KeptFiles, "release">> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const models = await root();
  await checkRoom(name, bytes);
  const folder = await models.getDirectoryHandle(await folderOf(name), { create: true });
  const kept = await Promise.all(
    files.map(async (file): Promise<ModelFile> => {
      // Without a version the bytes of an earlier attempt may be other ones.
      const blob = file.version ? await blobOf(folder, placeOf(file)) : undefined;
      if (blob?.size === file.size) return { ...file, pieces: (start, end) => piecesOfBlob(blob.slice(start, end)) };
      return { ...file, pieces: () => keeping(folder, file, name) };
    }),
  );
  const finish = async () => {
    const places = new Set(files.map(placeOf));
    for await (const key of folder.keys()) if (!places.has(key)) await folder.removeEntry(key);
    const entries = files.map((file) => ({ name: file.name, place: placeOf(file), size: file.size }));
    await writeManifest(folder, { name, bytes, lastUsed: Date.now(), files: entries });
  };
  return { files: kept, finish };
}

/** A file is there when all of it is: what is written becomes visible as it is closed. */
async function* keeping(folder: FileSystemDirectoryHandle, file: ModelFile, name: string) {
  const writer = await writeFile(folder, placeOf(file));
  let isWhole = false;
  try {
    // Each piece is written while the next one arrives.
    let writing = Promise.resolve();
    for await (const piece of file.pieces()) {
      await writing;
      writing = writer.write(piece);
      writing.catch(() => undefined);
      yield piece;
    }
    await writing;
    await writer.close();
    isWhole = true;
  } catch (error) {
    if ((error as Error).name === "QuotaExceededError") throw full(name, file.size);
    throw error;
  } finally {
    if (!isWhole) await writer.abort().catch(() => undefined);
  }
}

async function checkRoom(name: string, bytes: number): Promise<void> {
  const { quota, usage } = await navigator.storage.estimate();
  if (quota !== undefined && usage !== undefined && bytes > quota - usage) throw full(name, bytes, quota - usage);
}

const megabytes = (bytes: number) => `${Math.max(0, Math.round(bytes / 1e6))} MB`;

const full = (name: string, bytes: number, room?: number) =>
  new SourceError(
    `${name} takes ${megabytes(bytes)}, but the browser's storage has room for ${room === undefined ? "less" : megabytes(room)}: delete models that are kept, or open it without keeping it`,
    "quota",
  );
