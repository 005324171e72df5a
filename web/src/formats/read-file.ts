/** Any of the formats, told apart by content rather than by name. */
import { readCsv } from "./csv";
import { refuseForeign } from "./foreign";
import { readJson } from "./json";
import { isNpy, readNpy } from "./npy";
import { isZip, readArchive } from "./npz";
import { rawNumbers } from "./raw-numbers";
import { isSafetensors, readSafetensors } from "./safetensors";
import { type DataFile, FormatError } from "./tensor";

/** Throws FormatError with the file's name before what is wrong. */
export function readFile(bytes: Uint8Array<ArrayBuffer>, file: string): DataFile {
  try {
    refuseForeign(bytes, file);
    return read(bytes, file.replace(/^.*\//, "").replace(/\.\w+$/, "") || "data");
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(`${file}: ${error.message}`) : error;
  }
}

function read(bytes: Uint8Array<ArrayBuffer>, name: string): DataFile {
  if (bytes.byteLength === 0) throw new FormatError("there is nothing in it");
  if (isNpy(bytes)) {
    const array = readNpy(bytes, name);
    return "data" in array ? { tensors: [array], labels: {} } : { tensors: [], labels: { tokens: array } };
  }
  if (isZip(bytes)) return readArchive(bytes);
  if (isSafetensors(bytes)) return readSafetensors(bytes);
  const text = new TextDecoder().decode(bytes);
  return /^\s*[[{]/.test(text) ? readJson(text, name, rawNumbers) : readCsv(text, name);
}
