/** Readers that few files need, each loaded by the first file that needs it; the self-contained scripts have them within (late-readers.self-contained.ts). */
import type { Elements } from "./numpy-elements";
import type { ZipEntry } from "./zip";

type Bytes = Uint8Array<ArrayBuffer>;

export const readObjects = async (elements: Elements) => (await import("./pickle/numpy-objects")).readObjects(elements);
export const readPickle = async (bytes: Bytes) => (await import("./pickle/pickle-file")).readPickle(bytes);
export const readTorch = async (bytes: Bytes, entries: readonly ZipEntry[]) =>
  (await import("./pickle/torch")).readTorch(bytes, entries);
export const readText = async (bytes: Bytes, name: string) => (await import("./text/read-text")).readText(bytes, name);
