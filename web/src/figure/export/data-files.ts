/** A figure's numbers as files: CSV for spreadsheets, JSON with the axes' names, NPY (several: NPZ) for NumPy. */
import { Zip, ZipPassThrough } from "fflate";
import { type FigureData, labelAt } from "../../model/figure-data";

/** Numbers of one part of a file: a whole table may be longer than a string can be. */
const numbersInPart = 100_000;
/** Of numbers that are not written out: 4 MB. */
const floatsInPart = 2 ** 20;

/** Throws where a table has not as many numbers as its axes have places: it would be written as another. */
function check({ name, values, axes }: FigureData): void {
  const sizes = axes.map(({ size }) => size);
  if (sizes.reduce((product, size) => product * size, 1) !== values.length)
    throw new Error(`“${name}” has axes of ${sizes.join(" × ")} places but ${values.length} numbers`);
}

/**
 * One row a number: the places on every axis, then the value. Tables follow each other, each under a line of its names.
 * RFC 4180: fields with commas, quotes or line breaks are quoted. In parts to be put one after the other.
 */
export function* csvParts(data: readonly FigureData[]): Generator<string> {
  for (const [i, item] of data.entries()) {
    if (i > 0) yield "\r\n";
    yield* table(item);
  }
}

function* table(item: FigureData): Generator<string> {
  const { name, values, axes } = item;
  check(item);
  const labels = axes.map((axis) => Array.from({ length: axis.size }, (_, i) => `${field(labelAt(axis, i))},`));
  const last = labels.pop() ?? [""];
  yield `${[...axes.map((axis) => axis.name), name].map(field).join(",")}\r\n`;
  let lines: string[] = [];
  let at = 0;
  // What the outer axes say is put together once for all places of the last.
  for (const before of places(labels))
    for (const label of last) {
      lines.push(`${before}${label}${numberText(values[at++] as number)}\r\n`);
      if (lines.length < numbersInPart) continue;
      yield lines.join("");
      lines = [];
    }
  yield lines.join("");
}

/** All places on the axes, row-major. */
function* places([labels, ...inner]: readonly (readonly string[])[]): Generator<string> {
  if (!labels) yield "";
  else for (const label of labels) for (const after of places(inner)) yield label + after;
}

/** A spreadsheet takes text that begins with = + - @ for a formula: someone else's token names must not be one. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const numberText = (value: number) => (Number.isNaN(value) ? "" : String(value));

/**
 * { NAME: { shape, axes, data } } with null where there is no number; `heed-attention` and any JSON reader read it. In parts to
 * be put one after the other, a line for each array: one for each number would make the file twice as long.
 */
export function* jsonParts(data: readonly FigureData[]): Generator<string> {
  yield "{";
  for (const [i, item] of data.entries()) {
    const { name, values, axes } = item;
    check(item);
    const named = axes.map(({ name: axis, labels }) => (labels ? { name: axis, labels } : { name: axis }));
    const facts = JSON.stringify({ shape: axes.map(({ size }) => size), axes: named });
    yield `${i > 0 ? "," : ""}\n${JSON.stringify(name)}: ${facts.slice(0, -1)},"data":[`;
    for (let from = 0; from < values.length; from += numbersInPart) {
      const part = Array.from({ length: Math.min(numbersInPart, values.length - from) }, (_, j) => {
        const value = values[from + j] as number;
        return Number.isFinite(value) ? value : null;
      });
      yield (from > 0 ? "," : "") + JSON.stringify(part).slice(1, -1);
    }
    yield "]}";
  }
  yield "\n}\n";
}

/**
 * NumPy's format, version 1.0: magic, header length, a dict padded to 64 bytes, little-endian float32. Parts of float32 are the
 * table's own memory: a copy of all maps would not fit beside them.
 */
function* npyParts(item: FigureData): Generator<Uint8Array<ArrayBuffer>> {
  check(item);
  const { values, axes } = item;
  const shape = axes.map(({ size }) => size);
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const padded = `${dict.padEnd(64 * Math.ceil((dict.length + 11) / 64) - 11)}\n`;
  const header = new Uint8Array(10 + padded.length);
  header.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  new DataView(header.buffer).setUint16(8, padded.length, true);
  header.set(new TextEncoder().encode(padded), 10);
  yield header;
  for (let from = 0; from < values.length; from += floatsInPart) {
    const length = Math.min(floatsInPart, values.length - from);
    const part =
      values instanceof Float32Array
        ? values.subarray(from, from + length)
        : Float32Array.from({ length }, (_, i) => values[from + i] as number);
    yield new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength);
  }
}

/** Stored, as numpy.savez does: weights hardly get smaller. Tables of one name are told apart, as an archive has each name once. */
function* npzParts(data: readonly FigureData[]): Generator<Uint8Array<ArrayBuffer>> {
  const made: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, part) => {
    if (error) throw error;
    made.push(part as Uint8Array<ArrayBuffer>);
  });
  const names = new Set<string>();
  for (const item of data) {
    const own = fileName(item.name);
    let name = own;
    for (let i = 2; names.has(name); i++) name = `${own}-${i}`;
    names.add(name);
    const file = new ZipPassThrough(`${name}.npy`);
    zip.add(file);
    for (const part of npyParts(item)) {
      file.push(part);
      yield* made.splice(0);
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* made.splice(0);
}

/** A single array as .npy, several as .npz. In parts to be put one after the other. */
export function numpyParts(data: readonly FigureData[]): Generator<Uint8Array<ArrayBuffer>> {
  const [only] = data;
  return only && data.length === 1 ? npyParts(only) : npzParts(data);
}

export const numpyEnding = (data: readonly FigureData[]) => (data.length === 1 ? "npy" : "npz");

/** The same at once, for a thread that draws nothing. */
export const toNumpy = (data: readonly FigureData[]) => ({
  bytes: new Blob([...numpyParts(data)]),
  ending: numpyEnding(data),
});

export const fileName = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/[^\w.]+/g, "-")
    .replace(/^-|-$/g, "") || "data";
