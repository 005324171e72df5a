/** Any of the formats, told apart by content rather than by name. */

import { refuseForeign } from "./foreign";
import { isNpy, readNpy } from "./npy";
import { isZip, readArchive } from "./npz";
import { isPickle, readPickle } from "./pickle/pickle-file";
import { isSafetensors, readSafetensors } from "./safetensors";
import { type DataFile, FormatError } from "./tensor";
import { readCsv } from "./text/csv";
import { readJson } from "./text/json-file";
import { isPrinted, readPrinted } from "./text/printed-array";
import { isPrintedByR } from "./text/printed-table";
import { rawNumbers } from "./text/raw-numbers";

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
    if ("tensors" in array) return array;
    return "data" in array ? { tensors: [array], labels: {} } : { tensors: [], labels: { tokens: array } };
  }
  if (isZip(bytes)) return readArchive(bytes);
  if (isPickle(bytes)) return readPickle(bytes);
  if (isSafetensors(bytes)) return readSafetensors(bytes);
  const text = textOf(bytes);
  if (isPrintedByR(text)) return readCsv(text, name);
  if (isPrinted(text)) return readPrinted(text, name);
  return /^\s*[[{]/.test(text) ? readJson(text, name, rawNumbers) : readCsv(text, name);
}

/** UTF-8, or UTF-16 by its byte order mark, as Excel and PowerShell write it. Throws where it is no text. */
function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  const [first = 0, second = 0] = bytes;
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  if (isLittle || isBig) return new TextDecoder(isLittle ? "utf-16le" : "utf-16be").decode(bytes);
  const head = bytes.subarray(0, 1024);
  // A zero byte, or more than a few control characters, stand in no text.
  if (head.includes(0) || head.filter((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)).length > 16) {
    const begins = [...head.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new FormatError(
      `it begins with the bytes ${begins}, as no file does that can be read here: NPY, NPZ, safetensors, PyTorch, JSON and tables of text can`,
    );
  }
  return new TextDecoder().decode(bytes);
}
