import type { Half, NamedTensor } from "./tensor";

/** Elements of tensor files as float32. */
export interface ElementType {
  readonly size: number;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
  /** Types of 16 bits, which are looked up in a table and, where there are very many, left as they are. */
  readonly half?: Half;
}

/** As many elements of 16 bits as are converted when a file is read; more of them would take twice the file. */
export const mostConverted = 2 ** 24;

const real = (size: number, read: ElementType["read"]): ElementType => ({ size, read });

export const elementTypes = {
  f2: { ...real(2, (view, at, little) => fromHalf(view.getUint16(at, little))), half: "f16" },
  bf2: { ...real(2, (view, at, little) => fromBrain(view.getUint16(at, little))), half: "bf16" },
  f4: real(4, (view, at, little) => view.getFloat32(at, little)),
  f8: real(8, (view, at, little) => view.getFloat64(at, little)),
  i1: real(1, (view, at) => view.getInt8(at)),
  i2: real(2, (view, at, little) => view.getInt16(at, little)),
  i4: real(4, (view, at, little) => view.getInt32(at, little)),
  i8: real(8, (view, at, little) => Number(view.getBigInt64(at, little))),
  u1: real(1, (view, at) => view.getUint8(at)),
  u2: real(2, (view, at, little) => view.getUint16(at, little)),
  u4: real(4, (view, at, little) => view.getUint32(at, little)),
  u8: real(8, (view, at, little) => Number(view.getBigUint64(at, little))),
  b1: real(1, (view, at) => (view.getUint8(at) ? 1 : 0)),
  e4m3: real(1, (view, at) => fromE4m3(view.getUint8(at))),
  e5m2: real(1, (view, at) => fromHalf(view.getUint8(at) << 8)),
} satisfies Record<string, ElementType>;

/** `bytes` as float32; what lies in memory as float32 already is not copied. */
export function toFloats(bytes: Uint8Array<ArrayBuffer>, type: ElementType, littleEndian = true) {
  const { buffer, byteOffset, byteLength } = bytes;
  const count = byteLength / type.size;
  if (type === elementTypes.f4 && littleEndian && byteOffset % 4 === 0)
    return new Float32Array(buffer, byteOffset, count);
  if (type.half && littleEndian) return halvesToFloats(toHalves(bytes), type.half);
  const view = new DataView(buffer, byteOffset, byteLength);
  const floats = new Float32Array(count);
  for (let i = 0; i < count; i++) floats[i] = type.read(view, i * type.size, littleEndian);
  return floats;
}

/** Numbers as a tensor holds them: those of 16 bits, little-endian, as they are where there are more than `mostConverted`. */
export function toNumbers(bytes: Uint8Array<ArrayBuffer>, type: ElementType, littleEndian = true) {
  if (type.half && littleEndian && bytes.byteLength / 2 > mostConverted)
    return { data: toHalves(bytes), half: type.half };
  return { data: toFloats(bytes, type, littleEndian) };
}

function toHalves({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  return byteOffset % 2 === 0
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

const tables = new Map<Half, Float32Array>();

/** What each of the 65,536 bit patterns stands for. */
export function halfTable(half: Half): Float32Array {
  let table = tables.get(half);
  if (!table) {
    table = Float32Array.from({ length: 65_536 }, (_, bits) => (half === "f16" ? fromHalf(bits) : fromBrain(bits)));
    tables.set(half, table);
  }
  return table;
}

export function halvesToFloats(bits: Uint16Array, half: Half): Float32Array<ArrayBuffer> {
  const table = halfTable(half);
  const floats = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) floats[i] = table[bits[i] as number] as number;
  return floats;
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. float8 E5M2 is its upper byte. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
export function fromBrain(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/** float8 E4M3 ("FN", arXiv 2209.05433): bias 7, no infinities, NaN where all bits but the sign are set. */
export function fromE4m3(bits: number): number {
  const sign = bits & 0x80 ? -1 : 1;
  const exponent = (bits >> 3) & 15;
  const fraction = bits & 7;
  if (exponent === 15 && fraction === 7) return Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -9 : (1 + fraction / 8) * 2 ** (exponent - 7));
}

/** All numbers of a tensor as float32. */
export const floatsOf = ({ data, half = "f16" }: Pick<NamedTensor, "data" | "half">): Float32Array<ArrayBuffer> =>
  data instanceof Float32Array ? data : halvesToFloats(data, half);
