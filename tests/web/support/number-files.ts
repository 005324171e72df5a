/** Files of numbers as NumPy and safetensors write them, made from lists. */
import { zipSync } from "fflate";

const encoder = new TextEncoder();
const joined = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

export const floats = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);

/** A .npy file of these bytes; of version 2 and 3 the length of its header has four bytes. */
export function npy(descr: string, shape: readonly number[], body: Uint8Array, version = 1): Uint8Array<ArrayBuffer> {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const dict = encoder.encode(`{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }\n`);
  const length = [dict.length & 255, dict.length >> 8, ...(version > 1 ? [0, 0] : [])];
  return joined(Uint8Array.of(0x93), encoder.encode("NUMPY"), Uint8Array.of(version, 0, ...length), dict, body);
}

export const npyFloats = (shape: readonly number[], values: readonly number[]) => npy("<f4", shape, floats(values));

/** Text of NumPy's type U, four bytes a character. */
export function npyText(tokens: readonly string[]): Uint8Array<ArrayBuffer> {
  const width = Math.max(...tokens.map((token) => [...token].length));
  const points = tokens.flatMap((token) => {
    const its = [...token].map((char) => char.codePointAt(0) ?? 0);
    return [...its, ...new Array<number>(width - its.length).fill(0)];
  });
  return npy(`<U${width}`, [tokens.length], new Uint8Array(Uint32Array.from(points).buffer));
}

/** An archive; names are as they are in it, with their endings. */
export const archive = (files: Readonly<Record<string, Uint8Array>>) =>
  new Uint8Array(zipSync({ ...files }, { level: 0 })) as Uint8Array<ArrayBuffer>;

export const npz = (arrays: Readonly<Record<string, Uint8Array>>) =>
  archive(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes])));

export interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function safetensors(tensors: Readonly<Record<string, Stored>>, metadata?: Readonly<Record<string, string>>) {
  let end = 0;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const text = encoder.encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return joined(length, text, ...Object.values(tensors).map(({ bytes }) => bytes));
}

/** Causal weights of n tokens, the same in each row; the maps are told apart by the weight of the last key of the last row. */
export function causalMap(tokens: number, last?: number): number[] {
  return Array.from({ length: tokens }, (_, query) =>
    Array.from({ length: tokens }, (_, key) => {
      if (key > query) return 0;
      if (last === undefined || query < tokens - 1 || tokens === 1) return 1 / (query + 1);
      return key === query ? last : (1 - last) / query;
    }),
  ).flat();
}
