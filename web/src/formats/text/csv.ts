/**
 * A table of numbers as text: commas, semicolons, tabs or spaces between them; a first row or column of names or numbers of
 * places, as pandas, NumPy and R write them; or one number a line, after its places. An empty cell is NaN, as pandas writes it.
 * Lines that begin with # are remarks; "# New slice" ends a matrix of a tensor of three axes.
 */
import { dsvFormat } from "d3-dsv";
import { type DataFile, FormatError } from "../tensor";
import { byPlaces, columns, type Table, withoutRowNumbers } from "./table-layout";
import { readNumber } from "./text-number";

const isNumber = (cell: string) => readNumber(cell) !== undefined;

export function readCsv(text: string, name: string): DataFile {
  const first = firstLine(text);
  if (first === "") throw new FormatError("there is nothing in it");
  const delimiter = ["\t", ";", ","].find((char) => first.includes(char)) ?? " ";
  // Each step passes every space once: " +$" would pass the rest of a run again from each of its spaces.
  const tidy = delimiter === " " ? text.replace(/ {2,}/g, " ").replace(/^ | $/gm, "") : text;
  const rows = new Rows();
  // Rows are not kept: null leaves them out.
  dsvFormat(delimiter).parseRows(tidy, (cells, index) => {
    rows.add(cells, index + 1);
    return null;
  });
  return rows.finish(name);
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

/** Names of more rows are left out: handing millions of them to the page would hold it up, and no figure can show them. */
const mostNames = 100_000;

class Rows {
  private data = new Float32Array(1024);
  private length = 0;
  private rows = 0;
  private width = -1;
  /** How many columns there are up to the last one with a number. */
  private filled = 0;
  /** Whether each row begins with its name. */
  private isNamed: boolean | undefined;
  private header: { cells: readonly string[]; line: number } | null = null;
  private readonly names: string[] = [];
  /** How many rows there were at the end of each slice. */
  private readonly slices: number[] = [];

  add(cells: readonly string[], line: number): void {
    const first = cells[0] ?? "";
    if (first.trim() === "" && cells.every((cell) => cell.trim() === "")) return;
    if (first.startsWith("#") && !isNumber(cells[1] ?? "")) {
      if (/^#\s*New\b/i.test(cells.join(" "))) this.slices.push(this.rows);
      return;
    }
    if (!this.header && this.rows === 0 && isHeader(cells)) {
      this.header = { cells: [...cells], line };
      return;
    }
    this.isNamed ??= this.namesRows(cells);
    if (this.isNamed && this.rows < mostNames) this.names.push(first);
    const from = this.isNamed ? 1 : 0;
    const count = cells.length - from;
    if (this.width < 0) this.width = count;
    if (count !== this.width)
      throw new FormatError(`line ${line} has ${count} numbers, but the lines before it have ${this.width}`);
    this.makeRoom(count);
    for (let i = 0; i < count; i++) {
      const cell = cells[i + from] as string;
      const number = readNumber(cell);
      if (number !== undefined && i >= this.filled) this.filled = i + 1;
      if (number === undefined && cell.trim() !== "")
        throw new FormatError(`line ${line}, column ${i + from + 1}: “${cell.slice(0, 40)}” is not a number`);
      this.data[this.length++] = number ?? Number.NaN;
    }
    this.rows++;
  }

  /** pandas and R leave the corner over names empty, or leave it out. */
  private namesRows(cells: readonly string[]): boolean {
    if (cells.length < 2) return false;
    const { header } = this;
    const first = cells[0] ?? "";
    if (header?.cells[0]?.trim() === "" || header?.cells.length === cells.length - 1) return true;
    return !isNumber(first) && first.trim() !== "";
  }

  finish(name: string): DataFile {
    this.takeNumbersOfColumns();
    if (this.rows === 0) throw new FormatError("no line of it holds numbers");
    const { header } = this;
    const table = this.table();
    const { width } = table;
    const start = this.isNamed && (header?.cells.length ?? 0) > this.width ? 1 : 0;
    const cut = this.width - width;
    const named = header?.cells.slice(start, cut > 0 ? start + width : undefined);
    if (header && named?.length !== width)
      throw new FormatError(
        `line ${header.line} names ${named?.length} columns, but the lines below have ${width} numbers`,
      );
    const hasNames = this.isNamed && this.rows <= mostNames && !areNumbersOfPlaces(this.names);
    const hasColumns = named && !areNumbersOfPlaces(named);
    const cells = (hasColumns && this.slices.length === 0 && byPlaces(table)) || undefined;
    if (cells) return { tensors: [{ name, ...cells, dtype: "text" }], labels: {} };
    return {
      tensors: [{ name, shape: this.shape(width), data: table.data, dtype: "text" }],
      labels: { ...(hasColumns ? { keyTokens: named } : {}), ...(hasNames ? { queryTokens: this.names } : {}) },
    };
  }

  /** A first row 0, 1, 2, … over a square table is no row of weights: they would add up to more than 1. */
  private takeNumbersOfColumns(): void {
    if (this.header || this.isNamed || this.slices.length > 0) return;
    if (this.rows !== this.width + 1 || !this.data.subarray(0, this.width).every((value, i) => value === i)) return;
    this.data.copyWithin(0, this.width, this.length);
    this.length -= this.width;
    this.rows--;
  }

  /** Without empty columns at the end, which spreadsheets write, and without numbers of rows. */
  private table(): Table {
    const { rows, width, filled, header } = this;
    const all = { data: this.data.slice(0, this.length), rows, width };
    if (filled > 0 && filled < width && rows !== width) return columns(all, 0, filled);
    const isPlain = !header && !this.isNamed && this.slices.length === 0;
    return (isPlain && withoutRowNumbers(all)) || all;
  }

  private shape(width: number): number[] {
    const ends = this.slices.at(-1) === this.rows ? this.slices : [...this.slices, this.rows];
    const [rows = 0] = ends;
    if (ends.length < 2) return [this.rows, width];
    const uneven = ends.findIndex((end, i) => end !== (i + 1) * rows);
    if (uneven >= 0)
      throw new FormatError(
        `slice ${uneven + 1} has ${(ends[uneven] ?? 0) - (ends[uneven - 1] ?? 0)} rows, but the first has ${rows}`,
      );
    return [ends.length, rows, width];
  }

  private makeRoom(count: number): void {
    if (this.length + count <= this.data.length) return;
    const data = new Float32Array(Math.max(2 * this.data.length, this.length + count));
    data.set(this.data);
    this.data = data;
  }
}

/** A row without numbers, or with a corner that is empty. */
const isHeader = (cells: readonly string[]): boolean =>
  (cells.length > 1 && cells[0]?.trim() === "" && areNumbersOfPlaces(cells.slice(1))) ||
  (cells.slice(1).every((cell) => !isNumber(cell)) && !isNumber(cells.at(-1) ?? ""));

/** 0, 1, 2, … or 1, 2, 3, …, alone or after a V or X, as pandas and R number what has no name. */
function areNumbersOfPlaces(names: readonly string[]): boolean {
  const [, letters, start] = /^([VX]?)([01])$/.exec(names[0]?.trim() ?? "") ?? [];
  return start !== undefined && names.every((name, i) => name.trim() === `${letters}${Number(start) + i}`);
}
