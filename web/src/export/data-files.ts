/** A figure's numbers as files: CSV for spreadsheets, JSON with the axes' names, NPY (several: NPZ) for NumPy. */
import { zipSync } from "fflate";
import { type FigureData, labelAt } from "../elements/figure-data";

const shapeOf = ({ axes }: FigureData) => axes.map(({ size }) => size);

/**
 * One row a number: the places on every axis, then the value. Tables follow each other, each under a line of its names.
 * RFC 4180: fields with commas, quotes or line breaks are quoted.
 */
export const toCsv = (data: readonly FigureData[]): string => data.map(table).join("\r\n");

function table({ name, values, axes }: FigureData): string {
  const labels = axes.map((axis) => Array.from({ length: axis.size }, (_, i) => `${field(labelAt(axis, i))},`));
  const lines = [[...axes.map((axis) => axis.name), name].map(field).join(",")];
  // A million rows: what the outer axes say is put together once for all places of the last.
  const walk = (axis: number, before: string, from: number, size: number) => {
    const names = labels[axis];
    if (!names) {
      lines.push(before + numberText(values[from] as number));
      return;
    }
    const inner = size / names.length;
    for (const [i, label] of names.entries()) walk(axis + 1, before + label, from + i * inner, inner);
  };
  walk(0, "", 0, values.length);
  return `${lines.join("\r\n")}\r\n`;
}

/** A spreadsheet takes text that begins with = + - @ for a formula: someone else's token names must not be one. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const numberText = (value: number) => (Number.isNaN(value) ? "" : String(value));

/** { NAME: { shape, axes, data } } with null where there is no number; `heed-attention` and any JSON reader read it. */
export function toJson(data: readonly FigureData[]): string {
  const entries = data.map(({ name, values, axes }) => {
    const named = axes.map(({ name: axis, labels }) => (labels ? { name: axis, labels } : { name: axis }));
    const finite = Array.from(values, (value) => (Number.isFinite(value) ? value : null));
    return [name, { shape: axes.map(({ size }) => size), axes: named, data: finite }];
  });
  // A line an array: one a number would make the file twice as long.
  const lines = entries.map(([name, entry]) => `${JSON.stringify(name)}: ${JSON.stringify(entry)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** NumPy's format, version 1.0: magic, header length, a dict padded to 64 bytes, little-endian float32. */
export function toNpy(item: FigureData): Uint8Array<ArrayBuffer> {
  const shape = shapeOf(item);
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const padded = `${dict.padEnd(64 * Math.ceil((dict.length + 11) / 64) - 11)}\n`;
  const bytes = new Uint8Array(10 + padded.length + 4 * item.values.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 10);
  const start = 10 + padded.length;
  for (let i = 0; i < item.values.length; i++) view.setFloat32(start + 4 * i, item.values[i] as number, true);
  return bytes;
}

/** A single array as .npy, several as .npz. */
export function toNumpy(data: readonly FigureData[]): { bytes: Uint8Array<ArrayBuffer>; ending: "npy" | "npz" } {
  const [only] = data;
  if (only && data.length === 1) return { bytes: toNpy(only), ending: "npy" };
  const files = Object.fromEntries(data.map((item) => [`${fileName(item.name)}.npy`, toNpy(item)]));
  // Stored, as numpy.savez does: weights hardly get smaller.
  return { bytes: zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer>, ending: "npz" };
}

export const fileName = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^-+|-+$/g, "") || "data";
