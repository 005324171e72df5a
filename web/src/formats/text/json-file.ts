/** JSON as a file has it: Python's NaN and Infinity, which JSON has not, and pandas' tables, also with a record on each line. */
import { messageOf } from "../../model/error-message";
import { type DataFile, FormatError } from "../tensor";
import { type BytesReader, fromJson } from "./json";
import { readRecords } from "./records";

export function readJson(text: string, name: string, bytes?: BytesReader): DataFile {
  const value = parse(text);
  return readRecords(value, name) ?? fromJson(value, name, bytes);
}

/** What Python writes and JSON has not, as JSON has it: 1e999 is read as infinity. */
const asJson: Readonly<Record<string, string>> = {
  NaN: "null",
  "-NaN": "null",
  Infinity: "1e999",
  "-Infinity": "-1e999",
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Strings are stepped over, so that a token called NaN is not taken for one; one that never ends reaches to the end.
    const mended = text.replace(
      /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b/g,
      (found) => asJson[found] ?? found,
    );
    try {
      return JSON.parse(mended);
    } catch {
      const records = recordsOf(mended);
      if (records) return records;
      if (areLines(text))
        throw new FormatError("it holds a JSON value on each line; save one of them as a file of its own");
      throw new FormatError(`it is not JSON: ${messageOf(error)}`);
    }
  }
}

/** A JSON object on each line, as pandas writes records with lines=True; undefined where lines are something else. */
function recordsOf(text: string): unknown[] | undefined {
  const lines = text.trim().split(/\r?\n/);
  if (lines.length < 2 || !/^\{[^{}[\]]*\}\s*$/.test(lines[0] ?? "")) return undefined;
  try {
    return lines.map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

/** Whether the first two lines are JSON each. */
function areLines(text: string): boolean {
  const lines = text.trim().split("\n", 2);
  try {
    for (const line of lines) JSON.parse(line);
    return lines.length === 2;
  } catch {
    return false;
  }
}
