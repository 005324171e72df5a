/** The rows of a table, one after the other, as numbers and names of rows and columns. */
import { type DataFile, FormatError } from "../tensor";
import { areNumbersOfPlaces, areWholeNames, isEllipsis, isHeader, isNumber, leadingPlaces } from "./table-header";
import { byPlaces, columns, type Table, withoutRowNumbers } from "./table-layout";
import { readNumber } from "./text-number";

/** Names of more rows are left out: handing millions of them to the page would hold it up, and no figure can show them. */
const mostNames = 100_000;

/** The rows of a table one after the other, read as numbers and names as they come. */
export class TableRows {
  private data = new Float32Array(1024);
  private length = 0;
  private rows = 0;
  private width = -1;
  /** How many columns there are up to the last one with a number. */
  private filled = 0;
  /** Whether each row begins with its name. */
  private isNamed: boolean | undefined;
  private header: { cells: readonly string[]; line: number } | null = null;
  /** How many columns at the front are places (layer, head, query), and the names that stand there in place of numbers. */
  private places = 0;
  private readonly texts: Map<string, number>[] = [];
  private readonly names: string[] = [];
  /** How many rows there were at the end of each slice. */
  private readonly slices: number[] = [];

  add(cells: readonly string[], line: number): void {
    const first = cells[0] ?? "";
    if (first.trim() === "" && cells.every((cell) => cell.trim() === "")) return;
    // pandas says the size below what it prints.
    if (first.startsWith("[") && /^\[\d+ rows x/.test(cells.join(" "))) return;
    if (first.startsWith("#") && !isNumber(cells[1] ?? "")) {
      if (/^#\s*New\b/i.test(cells.join(" "))) this.endSlice();
      return;
    }
    if (this.rows === 0 && this.isBeforeNumbers(cells, line)) return;
    if (this.rows === 1) this.takeNamesWithoutCorner(cells.length, line);
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
      const number = i < this.places ? this.placeOf(cell, i) : readNumber(cell);
      if (number !== undefined && i >= this.filled) this.filled = i + 1;
      if (number === undefined && cell.trim() !== "") throw new FormatError(whyNoNumber(cell, line, i + from + 1));
      this.data[this.length++] = number ?? Number.NaN;
    }
    this.rows++;
  }

  setHeader(cells: readonly string[], line: number): void {
    this.header = { cells: [...cells], line };
    const places = leadingPlaces(cells);
    // One place alone is the name of the column of names.
    if (places > 1) [this.places, this.isNamed] = [places, false];
  }

  endSlice(): void {
    this.slices.push(this.rows);
  }

  /** Names of columns, their types, and what the names of rows are called. */
  private isBeforeNumbers(cells: readonly string[], line: number): boolean {
    const { header } = this;
    if (!header) {
      if (isHeader(cells)) this.setHeader(cells, line);
      return this.header !== null;
    }
    const [first = "", ...others] = cells;
    if (!isNumber(first) && others.every((cell) => cell.trim() === "")) {
      if (header.cells.length > 1) this.isNamed = true;
      else this.header = { cells: [...cells], line };
      return true;
    }
    if (header.cells.length === 1 && cells.length > 1) {
      // A title.
      this.header = null;
      return this.isBeforeNumbers(cells, line);
    }
    return false;
  }

  /** A first row of whole numbers that is shorter than the second names columns: nothing stands over the names of rows. */
  private takeNamesWithoutCorner(cells: number, line: number): void {
    const before = this.isNamed ? this.names.slice(0, 1) : [];
    if (this.header || cells !== this.width + before.length + 1) return;
    const numbers = this.data.subarray(0, this.length);
    if (!numbers.every(Number.isInteger)) return;
    this.header = { cells: ["", ...before, ...Array.from(numbers, String)], line: line - 1 };
    this.names.length = 0;
    [this.rows, this.length, this.width, this.isNamed] = [0, 0, -1, undefined];
  }

  /** pandas and R leave the corner over names empty, or leave it out. */
  private namesRows(cells: readonly string[]): boolean {
    if (cells.length < 2) return false;
    const names = this.header?.cells ?? [];
    const first = cells[0] ?? "";
    if (names[0]?.trim() === "" || names.length === cells.length - 1) return true;
    if (names.length > 2 && !isNumber(names[0] ?? "")) {
      if (leadingPlaces(names) === 1 || areNumbersOfPlaces(names.slice(1))) return true;
    }
    return !isNumber(first) && first.trim() !== "";
  }

  /** Of a name its number, in the order in which names first stand there. */
  private placeOf(cell: string, column: number): number | undefined {
    const texts = this.texts[column] ?? new Map<string, number>();
    const number = readNumber(cell);
    if (number !== undefined && Number.isFinite(number) && texts.size === 0) return number;
    // After numbers a name is no number.
    if (cell.trim() === "" || (texts.size === 0 && this.rows > 0)) return undefined;
    this.texts[column] = texts;
    const known = texts.get(cell) ?? texts.size;
    texts.set(cell, known);
    return known;
  }

  finish(name: string): DataFile {
    const numbered = this.takeNumbersOfColumns();
    if (this.rows === 0) throw new FormatError("no line of it holds numbers");
    if (this.places > 0) return this.ofPlaces(name);
    const { header } = this;
    const { table, isCut } = this.table();
    const { width } = table;
    const start = isCut || (this.isNamed && (header?.cells.length ?? 0) > this.width) ? 1 : 0;
    const cut = this.width - width - (isCut ? 1 : 0);
    const named = numbered ?? header?.cells.slice(start, cut > 0 ? start + width : undefined);
    if (header && named?.length !== width)
      throw new FormatError(
        `line ${header.line} names ${named?.length} columns, but the lines below have ${width} numbers`,
      );
    const names = this.names.slice(0, this.slices[0]);
    const hasNames = this.isNamed && this.rows <= mostNames && !areNumbersOfPlaces(names);
    const hasColumns = named && !areNumbersOfPlaces(named);
    const cells = (hasColumns && this.slices.length === 0 && byPlaces(table)) || undefined;
    if (cells) return { tensors: [{ name, ...cells, dtype: "text" }], labels: {} };
    return {
      tensors: [{ name, shape: this.shape(width), data: table.data, dtype: "text" }],
      labels: { ...(hasColumns ? { keyTokens: named } : {}), ...(hasNames ? { queryTokens: names } : {}) },
    };
  }

  /** Lines that begin with the places that their number belongs to. */
  private ofPlaces(name: string): DataFile {
    const { places, rows, width, length, header } = this;
    const names = header?.cells ?? [];
    if (width !== names.length)
      throw new FormatError(
        `line ${header?.line} names ${names.length} columns, but the lines below have ${width} numbers`,
      );
    const cells = width === places + 1 ? byPlaces({ data: this.data.slice(0, length), rows, width }) : undefined;
    if (!cells)
      throw new FormatError(
        `its columns are ${names.slice(0, places).join(", ")} …, of which a line for each number is read, and each place once: tokens that stand more than once need numbers in their place`,
      );
    const [queries, keys] = [places - 2, places - 1].map((column) => [...(this.texts[column]?.keys() ?? [])]);
    return {
      tensors: [{ name, ...cells, dtype: "text" }],
      labels: {
        ...(keys?.length ? { keyTokens: keys } : {}),
        ...(queries?.length ? { queryTokens: queries } : {}),
      },
    };
  }

  /** A first row of whole numbers over a square table is no row of weights: it names columns. Returns the names. */
  private takeNumbersOfColumns(): string[] | undefined {
    if (this.header || this.isNamed || this.slices.length > 0 || this.rows !== this.width + 1) return undefined;
    const first = this.data.subarray(0, this.width);
    const rest = this.data.subarray(this.width, this.length);
    if (!first.every((value, i) => value === i) && !(areWholeNames(first) && !rest.every(Number.isInteger)))
      return undefined;
    const names = Array.from(first, String);
    this.data.copyWithin(0, this.width, this.length);
    this.length -= this.width;
    this.rows--;
    return names;
  }

  /** Without empty columns at the end, which spreadsheets write, and without numbers of rows. */
  private table(): { table: Table; isCut: boolean } {
    const { rows, width, filled } = this;
    const all = { data: this.data.slice(0, this.length), rows, width };
    if (filled > 0 && filled < width && rows !== width) return { table: columns(all, 0, filled), isCut: false };
    const plain = !this.isNamed && this.slices.length === 0 ? withoutRowNumbers(all) : undefined;
    return { table: plain ?? all, isCut: plain !== undefined && this.header !== null };
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

const whyNoNumber = (cell: string, line: number, column: number) =>
  isEllipsis(cell)
    ? `line ${line} leaves numbers out (${cell.trim()}), as tables are printed: save all of it (to_csv, to_string(), numpy.save)`
    : `line ${line}, column ${column}: “${cell.slice(0, 40)}” is not a number`;
