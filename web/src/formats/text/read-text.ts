/** Text of any of the formats: JSON, tables, and arrays and tables as programs print them. */
import { type DataFile, FormatError } from "../tensor";
import { readCsv } from "./csv";
import { readJson } from "./json-file";
import { isPrinted, readPrinted } from "./printed-array";
import { isPrintedByR } from "./printed-table";
import { rawNumbers } from "./raw-numbers";

export function readText(bytes: Uint8Array<ArrayBuffer>, name: string): DataFile {
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
