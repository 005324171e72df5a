/**
 * JSON: nested arrays of numbers, alone or by name; { name: { shape, data, dtype } }, whose data may be bytes as base64; arrays of
 * strings are names of tokens. So are the labels of axes that are called query or key, as the figures save them. What is nested
 * deeper has the names on the way to it, with dots between them.
 * null is NaN, as the figures save it.
 */

import { shown } from "../json-string";
import { checkExtent, type DataFile, elementCount, FormatError, type NamedTensor } from "../tensor";
import type { RawNumbers, rawNumbers } from "./raw-numbers";

const mostAxes = 8;
const mostDepth = 8;

/** What reads bytes; where there can be none, as in a link, it need not be there. */
export type BytesReader = typeof rawNumbers;

const noBytes: BytesReader = (value, _dtype, name) => {
  if (value instanceof Float32Array) return { data: new Float32Array(value), dtype: "float32" };
  throw new FormatError(`${name} is bytes, where an array of numbers is needed`);
};

/** What a value holds that is parsed already; typed arrays, DataViews and ArrayBuffers may be in it. */
export function fromJson(value: unknown, name: string, bytes: BytesReader = noBytes): DataFile {
  if (value === null || typeof value !== "object") throw new FormatError(`it holds ${shown(value)}, not arrays`);
  if ("nbformat" in value)
    throw new FormatError("it is a Jupyter notebook, which holds no arrays; save them from it with numpy.savez");
  const found: Found = { tensors: [], labels: {}, loose: [], bytes };
  if (Array.isArray(value) && !isObject(value[0])) add(found, name, value, 0);
  else if (isTensor(value) || isRaw(value)) add(found, name, value, 0);
  else addAll(found, "", value, 0);
  shapeLoose(found, value);
  const { tensors, labels } = found;
  if (tensors.length === 0 && Object.keys(labels).length === 0) throw new FormatError("it holds no array of numbers");
  return { tensors, labels };
}

interface Found {
  readonly tensors: NamedTensor[];
  readonly labels: Record<string, readonly string[]>;
  /** Bytes without a shape of their own. */
  readonly loose: (readonly [key: string, value: RawNumbers])[];
  readonly bytes: BytesReader;
}

function addAll(found: Found, prefix: string, object: object, depth: number): void {
  if (depth > mostDepth) throw new FormatError(`${prefix.slice(0, 80)} is nested more than ${mostDepth} deep`);
  // A shape beside bytes is theirs.
  const { shape: _, ...entries } = object as { shape?: unknown };
  for (const [key, entry] of Object.entries(entries)) add(found, prefix ? `${prefix}.${key}` : key, entry, depth);
}

function add(found: Found, key: string, entry: unknown, depth: number): void {
  const { tensors, labels, loose } = found;
  const last = key.split(".").at(-1) ?? "";
  if (isText(entry)) labels[key] = entry;
  else if (isBatchOfText(entry)) labels[key] = entry.flat();
  else if (isTensor(entry)) {
    tensors.push(shaped(entry, key, found.bytes));
    for (const [axis, tokens] of namedPlaces(entry)) labels[`${axis}Tokens`] ??= tokens;
  } else if (isRaw(entry)) loose.push([key, entry]);
  else if (typeof entry === "string" && mayBeBytes.test(last)) loose.push([key, entry]);
  else if (typeof entry === "string" && last === "name") labels[key] = [entry];
  else if (typeof entry === "number" && /scale$/i.test(last))
    tensors.push({ name: key, shape: [], data: Float32Array.of(entry), dtype: "json" });
  else if (Array.isArray(entry) && !isObject(entry[0])) tensors.push(nested(entry, key));
  else if (isObject(entry) || Array.isArray(entry)) addAll(found, key, entry, depth + 1);
}

/** A text under these names is bytes as base64; of others it is a remark. */
const mayBeBytes = /^(weights|attentions?|attn|query|queries|key|keys|value|values|q|k|v|scores|logits|bias|mask)$/i;

/** Bytes beside a dtype and perhaps a shape; without one they are squares, of as many tokens as are named where they are. */
function shapeLoose({ tensors, labels, loose, bytes }: Found, beside: object): void {
  const { dtype, shape } = beside as { dtype?: unknown; shape?: unknown };
  for (const [key, value] of loose) {
    const numbers = bytes(value, typeof dtype === "string" ? dtype : undefined, key);
    const count = numbers.data.length;
    const tokens = Object.values(labels).find(({ length }) => count % length ** 2 === 0)?.length;
    const side = tokens ?? Math.round(Math.sqrt(count));
    const guessed = count > 0 && count % side ** 2 === 0 ? [count / side ** 2, side, side] : [count];
    const given = Array.isArray(shape) ? (shape as number[]) : guessed;
    if (elementCount(key, given) !== count)
      throw new FormatError(
        `${key} has ${count} elements of ${numbers.dtype}, which do not make (${given.join(", ")})`,
      );
    tensors.push({ name: key, shape: [...given], ...numbers });
  }
}

const isRaw = (value: unknown): value is ArrayBufferView | ArrayBuffer =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

const isObject = (entry: unknown): entry is object =>
  typeof entry === "object" && entry !== null && !Array.isArray(entry) && !isRaw(entry);

const isText = (entry: unknown): entry is string[] =>
  Array.isArray(entry) && entry.length > 0 && entry.every((item) => typeof item === "string");

/** The texts of several sequences, all of one length. */
const isBatchOfText = (entry: unknown): entry is string[][] =>
  Array.isArray(entry) && entry.length > 0 && entry.every((item) => isText(item) && item.length === entry[0].length);

interface ShapedEntry {
  readonly shape: number[];
  readonly data: unknown;
  readonly dtype?: unknown;
  readonly axes?: unknown;
}

const isTensor = (entry: unknown): entry is ShapedEntry =>
  isObject(entry) && "shape" in entry && "data" in entry && Array.isArray(entry.shape);

/** The axes called query or key whose places have names. */
function namedPlaces({ axes }: { readonly axes?: unknown }): [axis: string, names: string[]][] {
  if (!Array.isArray(axes)) return [];
  return axes.flatMap((axis: { name?: unknown; labels?: unknown } | null) => {
    const { name, labels } = axis ?? {};
    return (name === "query" || name === "key") && isText(labels) ? [[name, labels]] : [];
  });
}

function shaped({ shape, data, dtype }: ShapedEntry, name: string, bytes: BytesReader): NamedTensor {
  const known = typeof dtype === "string" ? dtype : undefined;
  if (typeof data === "string" || isRaw(data)) {
    const numbers = bytes(data, known, `${name}.data`);
    checkExtent(name, shape, numbers.dtype, 4, 4 * numbers.data.length);
    return { name, shape: [...shape], ...numbers };
  }
  if (!Array.isArray(data))
    throw new FormatError(`${name}.data is neither an array of numbers, nor bytes, nor a text of base64`);
  // Arrays within arrays may lie beside a shape too.
  const flat = Array.isArray(data[0]) ? nested(data, `${name}.data`).data : undefined;
  checkExtent(name, shape, "float32", 4, 4 * (flat ?? data).length);
  const numbers = new Float32Array((flat ?? data).length);
  if (flat) numbers.set(flat);
  else fill(numbers, 0, data, `${name}.data`);
  return { name, shape: [...shape], data: numbers, dtype: known ?? "json" };
}

function nested(value: readonly unknown[], name: string): NamedTensor {
  const shape: number[] = [];
  for (let inner: unknown = value; Array.isArray(inner); inner = inner[0]) {
    shape.push(inner.length);
    if (shape.length > mostAxes) throw new FormatError(`${name} is nested more than ${mostAxes} deep`);
  }
  const most = shape.reduce((a, b) => a * b, 1);
  const count = countNumbers(value, shape.length);
  if (count !== most) findRagged(value, shape, 0, name);
  const data = new Float32Array(count);
  let at = 0;
  const walk = (array: readonly unknown[], axis: number, where: string) => {
    if (array.length !== shape[axis]) findRagged(value, shape, 0, name);
    if (axis === shape.length - 1) at = fill(data, at, array, where);
    else
      array.forEach((inner, i) => {
        if (!Array.isArray(inner)) throw new FormatError(`${where}[${i}] is ${shown(inner)}, not an array`);
        walk(inner, axis + 1, `${where}[${i}]`);
      });
  };
  walk(value, 0, name);
  return { name, shape, data, dtype: "json" };
}

/** Before anything is allocated: rows of different lengths would make a shape that the file does not hold. */
function countNumbers(array: readonly unknown[], depth: number): number {
  if (depth === 1) return array.length;
  return array.reduce<number>((sum, inner) => sum + (Array.isArray(inner) ? countNumbers(inner, depth - 1) : 1), 0);
}

function findRagged(array: readonly unknown[], shape: readonly number[], axis: number, where: string): void {
  if (array.length !== shape[axis])
    throw new FormatError(`${where} has ${array.length} entries, but those before it have ${shape[axis]}`);
  if (axis === shape.length - 1) return;
  array.forEach((inner, i) => {
    if (!Array.isArray(inner)) throw new FormatError(`${where}[${i}] is ${shown(inner)}, not an array`);
    findRagged(inner, shape, axis + 1, `${where}[${i}]`);
  });
}

function fill(data: Float32Array, from: number, numbers: readonly unknown[], where: string): number {
  let at = from;
  for (const [i, number] of numbers.entries()) {
    if (typeof number !== "number" && typeof number !== "boolean" && number !== null)
      throw new FormatError(`${where}[${i}] is ${shown(number)}, not a number`);
    data[at++] = number === null ? Number.NaN : Number(number);
  }
  return at;
}
