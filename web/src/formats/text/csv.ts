/**
 * A table of numbers as text: commas, semicolons, tabs or spaces between them; a first row or column of names or numbers of
 * places, as pandas, NumPy and R write them; or one number a line, after its places. An empty cell is NaN, as pandas writes it.
 * Lines that begin with # are remarks; "# New slice" ends a matrix of a tensor of three axes.
 */
import { dsvFormat } from "d3-dsv";
import { type DataFile, FormatError } from "../tensor";
import { printedTable } from "./printed-table";
import { isNumber } from "./table-header";
import { TableRows } from "./table-rows";

export function readCsv(text: string, name: string): DataFile {
  const first = firstLine(text);
  if (first === "") throw new FormatError("there is nothing in it");
  const rows = new TableRows();
  const printed = printedTable(text);
  if (printed) {
    for (const [i, cells] of printed.rows.entries()) {
      rows.add(cells, i + 1);
      if (printed.ends.includes(i)) rows.endSlice();
    }
    return rows.finish(name);
  }
  const delimiter = delimiterOf(text, first);
  // Each step passes every space once: " +$" would pass the rest of a run again from each of its spaces.
  const tidy = delimiter === " " ? text.replace(/ {2,}/g, " ").replace(/^ | $/gm, "") : text;
  // Rows are not kept: null leaves them out.
  dsvFormat(delimiter).parseRows(tidy, (cells, index) => {
    rows.add(cells, index + 1);
    return null;
  });
  return rows.finish(name);
}

/** What stands between the numbers, not only between names, which may hold any of them. */
function delimiterOf(text: string, first: string): string {
  const sample = text.slice(0, 20_000).split(/\r?\n/, 8);
  const complete = sample.length > 1 ? sample.slice(0, -1) : sample;
  const usual = ["\t", ";", ","].find((char) => first.includes(char)) ?? " ";
  const numbers = (char: string) =>
    complete.reduce((sum, line) => {
      const cells = char === " " ? line.trim().split(/ +/) : line.split(char);
      return sum + (cells.length > 1 ? cells.filter((cell) => isNumber(cell.replace(/^"(.*)"$/, "$1"))).length : 0);
    }, 0);
  const best = ["\t", ";", ",", " "].reduce((a, b) => (numbers(b) > numbers(a) ? b : a), usual);
  return numbers(best) > numbers(usual) ? best : usual;
}

/** The first line that is more than white space, and no remark; "" where there is none. */
function firstLine(text: string): string {
  let start = text.search(/\S/);
  while (text[start] === "#") {
    const next = text.indexOf("\n", start);
    const after = next < 0 ? -1 : text.slice(next, next + 1_000_000).search(/\S/);
    start = after < 0 ? -1 : next + after;
  }
  if (start < 0) return "";
  const from = Math.max(text.lastIndexOf("\n", start), text.lastIndexOf("\r", start)) + 1;
  const length = text.slice(start).search(/[\r\n]/);
  return length < 0 ? text.slice(from) : text.slice(from, start + length);
}
