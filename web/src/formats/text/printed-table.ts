/**
 * Tables as R and pandas print them, which begin again with further columns where a line would be too long, and R's arrays, a
 * matrix for each place of the further axes (", , 1"). All become one table with a row of names.
 */
import { FormatError } from "../tensor";
import { isEllipsis, isHeader, isNumber } from "./table-header";

export interface PrintedTable {
  readonly rows: readonly (readonly string[])[];
  /** How many rows there are at the end of each matrix; empty where there is only one. */
  readonly ends: readonly number[];
}

const mostCharacters = 50_000_000;
const ofR = /^[ \t]*(\[,1\]|, , )/m;

/** Whether it is a matrix or an array as R prints it. */
export const isPrintedByR = (text: string): boolean => ofR.test(text.slice(0, 10_000));

/** undefined: the text is a table like others. */
export function printedTable(text: string): PrintedTable | undefined {
  const head = text.slice(0, 100_000);
  const isOfR = isPrintedByR(text);
  if (text.length > mostCharacters || (!isOfR && !hasParts(head))) return undefined;
  if (/reached (getOption|'max')/.test(text))
    throw new FormatError("it is a printed table that leaves rows out (max.print): save it with write.csv");
  const slices = isOfR ? text.split(/^, , .*$/m).filter((part) => part.trim() !== "") : [text];
  const tables = slices.map(joined);
  const [first] = tables;
  const header = first?.header ?? [];
  const rows = tables.flatMap((table) => table.rows);
  let end = 0;
  const ends = tables.map((table) => (end += table.rows.length));
  return { rows: [["", ...header], ...rows], ends: ends.length > 1 ? ends : [] };
}

/** pandas ends lines that go on below with a backslash; R begins again with names of columns. */
function hasParts(head: string): boolean {
  const lines = head.split("\n");
  if (/\\\s*$/.test(lines[0] ?? "")) return true;
  const first = cellsOf(lines[0] ?? "");
  const isOther = (line: string) => /^#|[,;\t]/.test(line);
  if (first.length < 2 || !isHeader(first) || isOther(lines[0] ?? "") || isOther(lines[1] ?? "#")) return false;
  const later = lines.slice(2, -1).map(cellsOf);
  return later.some((cells) => cells.length > 0 && isHeader(cells) && !isNumber(cells.at(-1) ?? ""));
}

/** R's [1,] and [,1] are the numbers 1. */
const cellsOf = (line: string): string[] =>
  line
    .replace(/\[(\d+),\]|\[,(\d+)\]/g, " $1$2 ")
    .split(/\s+/)
    .filter((cell) => cell !== "" && cell !== "\\");

function joined(text: string): { header: string[]; rows: string[][] } {
  const header: string[] = [];
  const rows: string[][] = [];
  const isOfPandas = /\\\s*$/m.test(text);
  let at = -1;
  let width = 0;
  let isFirst = true;
  for (const line of text.split(/\r?\n/)) {
    const cells = cellsOf(line).map((cell) => cell.replace(/^"(.*)"$/, "$1"));
    if (cells.length === 0) {
      isFirst = true;
      continue;
    }
    const isNames =
      (isOfPandas && isFirst) || /^\s*\[,\d+\]/.test(line) || (at !== 0 && isHeader(cells) && !isRow(cells, width));
    isFirst = false;
    if (isNames) {
      if (at > 0 && rows.length !== at)
        throw new FormatError(`a part of the printed table has ${at} rows, but the first has ${rows.length}`);
      header.push(...cells);
      [at, width] = [0, cells.length];
      continue;
    }
    if (at < 0) throw new FormatError(`“${line.trim().slice(0, 40)}” stands before the names of columns`);
    const [name = "", ...numbers] = cells;
    if (numbers.some(isEllipsis))
      throw new FormatError(
        "it is a printed table that leaves numbers out (...): save all of it (to_csv, to_string())",
      );
    const row = rows[at];
    if (!row) rows.push([name, ...numbers]);
    else if (row[0] === name) row.push(...numbers);
    else
      throw new FormatError(`row ${at + 1} is “${name}” in one part of the printed table and “${row[0]}” in another`);
    at++;
  }
  return { header, rows };
}

/** A name, and numbers beneath each column. */
const isRow = (cells: readonly string[], width: number) =>
  cells.length === width + 1 && cells.slice(1).every((cell) => isNumber(cell));
