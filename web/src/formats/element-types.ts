/** Elements of tensor files as float32. */
export interface ElementType {
  readonly size: number;
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

const real = (size: number, read: ElementType["read"]): ElementType => ({ size, read });

export const elementTypes = {
  f2: real(2, (view, at, little) => fromHalf(view.getUint16(at, little))),
  bf2: real(2, (view, at, little) => fromBrain(view.getUint16(at, little))),
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
} satisfies Record<string, ElementType>;

/** `bytes` as numbers; float32 as it lies in memory is not copied. */
export function toFloats(bytes: Uint8Array<ArrayBuffer>, type: ElementType, littleEndian = true) {
  const { buffer, byteOffset, byteLength } = bytes;
  const count = byteLength / type.size;
  if (type === elementTypes.f4 && littleEndian && byteOffset % 4 === 0)
    return new Float32Array(buffer, byteOffset, count);
  const view = new DataView(buffer, byteOffset, byteLength);
  const floats = new Float32Array(count);
  for (let i = 0; i < count; i++) floats[i] = type.read(view, i * type.size, littleEndian);
  return floats;
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
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
