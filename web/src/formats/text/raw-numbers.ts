/** Numbers as scripts and widgets bring them: lists, typed arrays, and bytes (DataView, ArrayBuffer, base64) of a type that is named. */
import { type ElementType, elementTypes, toNumbers } from "../element-types";
import { FormatError, type NamedTensor } from "../tensor";

const { f2, bf2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1, e4m3, e5m2 } = elementTypes;

/** As NumPy, PyTorch and safetensors call them, in lower case and without order of bytes or "torch.". */
const byName: ReadonlyMap<string, ElementType> = new Map(
  Object.entries<ElementType>({
    ...{ float16: f2, half: f2, f2, f16: f2, bfloat16: bf2, bf16: bf2, v2: bf2 },
    ...{ float32: f4, float: f4, f4, f32: f4, float64: f8, double: f8, f8, f64: f8 },
    ...{ float8_e4m3fn: e4m3, float8_e4m3: e4m3, f8_e4m3: e4m3, float8_e5m2: e5m2, f8_e5m2: e5m2 },
    ...{ int8: i1, i1, i8: i1, int16: i2, i2, i16: i2, int32: i4, i4, i32: i4, int64: i8, i64: i8 },
    ...{ uint8: u1, u1, u8: u1, uint16: u2, u2, u16: u2, uint32: u4, u4, u32: u4, uint64: u8, u64: u8 },
    ...{ bool: b1, b1 },
  }),
);

/** The type that a text names. */
export function typeNamed(dtype: string, name: string): ElementType {
  const type = byName.get(dtype.toLowerCase().replace(/^(torch\.|np\.|numpy\.|[<|=])/, ""));
  if (type) return type;
  throw new FormatError(
    `${name} is said to have the dtype “${dtype.slice(0, 40)}”; those that can be read are float16, bfloat16, float32, float64, float8_e4m3, float8_e5m2, int8 to int64, uint8 to uint64 and bool`,
  );
}

/** Typed arrays say their type themselves. */
const ofArray: Readonly<Record<string, ElementType>> = {
  Float16Array: f2,
  Float32Array: f4,
  Float64Array: f8,
  Int8Array: i1,
  Int16Array: i2,
  Int32Array: i4,
  BigInt64Array: i8,
  Uint8Array: u1,
  Uint8ClampedArray: u1,
  Uint16Array: u2,
  Uint32Array: u4,
  BigUint64Array: u8,
};

export type RawNumbers = ArrayBufferView | ArrayBuffer | string;

/** Copied, as scripts may change what they gave. Bytes without a dtype are of float32, as Jupyter's widgets send them. */
export function rawNumbers(
  value: RawNumbers,
  dtype: string | undefined,
  name: string,
): Pick<NamedTensor, "data" | "half" | "dtype"> {
  const type = dtype === undefined ? typeOf(value) : typeNamed(dtype, name);
  const bytes = typeof value === "string" ? fromBase64(value, name) : bytesOf(value);
  if (bytes.byteLength % type.size !== 0)
    throw new FormatError(
      `${name} has ${bytes.byteLength} bytes, which is no multiple of the ${type.size} of an element of ${dtype ?? "float32"}`,
    );
  return { ...toNumbers(bytes, type), dtype: dtype ?? "float32" };
}

const typeOf = (value: RawNumbers): ElementType =>
  (ArrayBuffer.isView(value) ? ofArray[value.constructor.name] : undefined) ?? f4;

function bytesOf(value: ArrayBufferView | ArrayBuffer): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
  return new Uint8Array(view);
}

function fromBase64(text: string, name: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replace(/^data:[^,]*,/, "")), (char) => char.charCodeAt(0));
  } catch {
    throw new FormatError(`${name} is a text that is not base64: “${text.slice(0, 20)}”`);
  }
}
