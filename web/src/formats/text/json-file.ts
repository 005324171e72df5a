/** JSON as a file has it: Python's NaN and Infinity, which JSON has not, and pandas' tables, also with a record on each line. */
import { messageOf } from "../../model/error-message";
import { endOfString } from "../json-string";
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
    const mended = withoutNaN(text);
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

/** Strings are stepped over, so that a token called NaN is not taken for one. */
function withoutNaN(text: string): string {
  const parts: string[] = [];
  let done = 0;
  const special = /"|-?\b(?:NaN|Infinity)\b/g;
  for (let found = special.exec(text); found; found = special.exec(text)) {
    if (found[0] === '"') {
      special.lastIndex = endOfString(text, found.index);
      continue;
    }
    parts.push(text.slice(done, found.index), asJson[found[0]] as string);
    done = special.lastIndex;
  }
  return parts.join("") + text.slice(done);
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
