/**
 * JSON: nested arrays of numbers, alone or by name; { name: { shape, data } }; arrays of strings are names of tokens. So are the
 * labels of axes that are called query or key, as the figures save them.
 * Python writes NaN and Infinity, which JSON has not: where they stand is said.
 */
import { checkExtent, type DataFile, FormatError, type NamedTensor } from "./tensor";

const mostAxes = 8;

export function readJson(text: string, name: string): DataFile {
  return fromJson(parse(text), name);
}

/** The same for values that are parsed already. */
export function fromJson(value: unknown, name: string): DataFile {
  const tensors: NamedTensor[] = [];
  const labels: Record<string, readonly string[]> = {};
  const add = (key: string, entry: unknown) => {
    if (isText(entry)) labels[key] = entry;
    else if (isTensor(entry)) {
      tensors.push(shaped(entry, key));
      for (const [axis, tokens] of namedPlaces(entry)) labels[`${axis}Tokens`] ??= tokens;
    } else if (Array.isArray(entry)) tensors.push(nested(entry, key));
  };
  if (Array.isArray(value) || isTensor(value)) add(name, value);
  else if (value && typeof value === "object") for (const [key, entry] of Object.entries(value)) add(key, entry);
  else throw new FormatError(`it holds ${JSON.stringify(value)}, not arrays`);
  if (tensors.length === 0) throw new FormatError("it holds no array of numbers");
  return { tensors, labels };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Strings are stepped over, so that a token called NaN is not taken for one; one that never ends reaches to the end.
    for (const match of text.matchAll(/"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b/g)) {
      if (match[0].startsWith('"')) continue;
      const line = text.slice(0, match.index).split("\n").length;
      throw new FormatError(`line ${line} holds ${match[0]}, which is not a number that JSON has`);
    }
    throw new FormatError(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const isText = (entry: unknown): entry is string[] =>
  Array.isArray(entry) && entry.length > 0 && entry.every((item) => typeof item === "string");

const isTensor = (entry: unknown): entry is { shape: number[]; data: ArrayLike<number>; axes?: unknown } =>
  entry !== null && typeof entry === "object" && "shape" in entry && "data" in entry && Array.isArray(entry.shape);

/** The axes called query or key whose places have names. */
function namedPlaces({ axes }: { readonly axes?: unknown }): [axis: string, names: string[]][] {
  if (!Array.isArray(axes)) return [];
  return axes.flatMap((axis: { name?: unknown; labels?: unknown } | null) => {
    const { name, labels } = axis ?? {};
    return (name === "query" || name === "key") && isText(labels) ? [[name, labels]] : [];
  });
}

function shaped({ shape, data }: { shape: number[]; data: ArrayLike<number> }, name: string): NamedTensor {
  const isList = Array.isArray(data) || data instanceof Float32Array;
  if (!isList) throw new FormatError(`${name}.data is not an array`);
  checkExtent(name, shape, "float32", 4, 4 * data.length);
  const numbers = data instanceof Float32Array ? new Float32Array(data) : new Float32Array(data.length);
  if (Array.isArray(data)) fill(numbers, 0, data, `${name}.data`);
  return { name, shape: [...shape], data: numbers, dtype: "json" };
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
        if (!Array.isArray(inner)) throw new FormatError(`${where}[${i}] is ${JSON.stringify(inner)}, not an array`);
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
    if (!Array.isArray(inner)) throw new FormatError(`${where}[${i}] is ${JSON.stringify(inner)}, not an array`);
    findRagged(inner, shape, axis + 1, `${where}[${i}]`);
  });
}

function fill(data: Float32Array, from: number, numbers: readonly unknown[], where: string): number {
  let at = from;
  for (const [i, number] of numbers.entries()) {
    if (typeof number !== "number" || !Number.isFinite(number))
      throw new FormatError(`${where}[${i}] is ${String(JSON.stringify(number) ?? number).slice(0, 40)}, not a number`);
    data[at++] = number;
  }
  return at;
}
