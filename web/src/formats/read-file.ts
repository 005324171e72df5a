/**
 * Any of the formats, told apart by content rather than by name. Readers that few files need are loaded by the first file that needs them,
 * so that a page which shows an NPZ or safetensors file does not carry them.
 */

import { refuseForeign } from "./foreign";
import { readPickle, readText } from "./late-readers";
import { isNpy, readNpy } from "./npy";
import { isZip, readArchive } from "./npz";
import { isSafetensors, readSafetensors } from "./safetensors";
import { type DataFile, FormatError } from "./tensor";

/** Rejects with FormatError, with the file's name before what is wrong. */
export async function readFile(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<DataFile> {
  try {
    refuseForeign(bytes, file);
    return await read(bytes, file.replace(/^.*\//, "").replace(/\.\w+$/, "") || "data");
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(`${file}: ${error.message}`) : error;
  }
}

async function read(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<DataFile> {
  if (bytes.byteLength === 0) throw new FormatError("there is nothing in it");
  if (isNpy(bytes)) {
    const array = await readNpy(bytes, name);
    if ("tensors" in array) return array;
    return "data" in array ? { tensors: [array], labels: {} } : { tensors: [], labels: { tokens: array } };
  }
  if (isZip(bytes)) return readArchive(bytes);
  if (isPickle(bytes)) return readPickle(bytes);
  if (isSafetensors(bytes)) return readSafetensors(bytes);
  return readText(bytes, name);
}

/** PROTO 2 to 5, and STOP at the end. */
export const isPickle = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x80 && (bytes[1] as number) >= 2 && (bytes[1] as number) <= 5 && bytes.at(-1) === 0x2e;
