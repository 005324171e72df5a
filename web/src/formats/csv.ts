/** A table of numbers as text: commas, semicolons, tabs or spaces between them; a first row or column of names. */
import { dsvFormat } from "d3-dsv";
import { type DataFile, FormatError } from "./tensor";

const isNumber = (cell: string) => cell.trim() !== "" && Number.isFinite(Number(cell));

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

/** The first line that is more than white space; "" where there is none. */
function firstLine(text: string): string {
  const start = text.search(/\S/);
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
  private isNamed: boolean | undefined;
  private header: { cells: readonly string[]; line: number } | null = null;
  private readonly names: string[] = [];

  add(cells: readonly string[], line: number): void {
    if (cells.length === 1 && cells[0]?.trim() === "") return;
    if (
      !this.header &&
      this.rows === 0 &&
      cells.slice(1).every((cell) => !isNumber(cell)) &&
      !isNumber(cells.at(-1) ?? "")
    ) {
      this.header = { cells: [...cells], line };
      return;
    }
    this.isNamed ??= cells.length > 1 && !isNumber(cells[0] ?? "");
    if (this.isNamed && this.rows < mostNames) this.names.push(cells[0] ?? "");
    const from = this.isNamed ? 1 : 0;
    const count = cells.length - from;
    if (this.width < 0) this.width = count;
    if (count !== this.width)
      throw new FormatError(`line ${line} has ${count} numbers, but the lines before it have ${this.width}`);
    this.makeRoom(count);
    for (let i = 0; i < count; i++) {
      const cell = cells[i + from] as string;
      if (!isNumber(cell))
        throw new FormatError(`line ${line}, column ${i + from + 1}: “${cell.slice(0, 40)}” is not a number`);
      this.data[this.length++] = Number(cell);
    }
    this.rows++;
  }

  finish(name: string): DataFile {
    if (this.rows === 0) throw new FormatError("no line of it holds numbers");
    const { width, header } = this;
    const named = header?.cells.slice(this.isNamed && header.cells.length === width + 1 ? 1 : 0);
    if (header && named?.length !== width)
      throw new FormatError(
        `line ${header.line} names ${named?.length} columns, but the lines below have ${width} numbers`,
      );
    return {
      tensors: [{ name, shape: [this.rows, width], data: this.data.slice(0, this.length), dtype: "text" }],
      labels: {
        ...(named ? { keyTokens: named } : {}),
        ...(this.isNamed && this.rows <= mostNames ? { queryTokens: this.names } : {}),
      },
    };
  }

  private makeRoom(count: number): void {
    if (this.length + count <= this.data.length) return;
    const data = new Float32Array(Math.max(2 * this.data.length, this.length + count));
    data.set(this.data);
    this.data = data;
  }
}
