/** NumPy's .npy, versions 1 to 3 (numpy.lib.format): magic, version, length of the header, a Python dict, the elements. */
import { type ElementType, elementTypes, toFloats } from "./element-types";
import { checkExtent, FormatError, type NamedTensor } from "./tensor";

const magic = "\x93NUMPY";

export const isNpy = (bytes: Uint8Array) => [...magic].every((char, i) => bytes[i] === char.charCodeAt(0));

/** A tensor, or the strings of an array of text. */
export function readNpy(bytes: Uint8Array<ArrayBuffer>, name: string): NamedTensor | readonly string[] {
  const { header, start } = readHeader(bytes, name);
  const field = (pattern: RegExp, what: string) => {
    const found = pattern.exec(header);
    if (!found) throw new FormatError(`${name} has no ${what} in its header`);
    return found[1] as string;
  };
  const descr = field(/'descr'\s*:\s*(\[[^\]]*\]|'[^']*')/, "descr").replaceAll("'", "");
  const fortran = field(/'fortran_order'\s*:\s*(True|False)/, "fortran_order") === "True";
  const shape = field(/'shape'\s*:\s*\(([^)]*)\)/, "shape")
    .split(",")
    .map((length) => length.trim().replace(/L$/, ""))
    .filter((length) => length !== "")
    .map((length) => (/^\d+$/.test(length) ? Number(length) : Number.NaN));
  const [, order = "", code = ""] = /^([<>|=])(.*)$/.exec(descr) ?? [];
  const littleEndian = order !== ">";
  const body = bytes.subarray(start);
  if (/^U\d{1,6}$/.test(code)) return readText(body, name, shape, Number(code.slice(1)), littleEndian);
  const type = typeOf(code, descr, name);
  checkExtent(name, shape, descr, type.size, body.byteLength);
  const data = toFloats(body, type, littleEndian);
  return { name, shape, data: fortran && shape.length > 1 ? rowMajor(data, shape) : data, dtype: descr };
}

function readHeader(bytes: Uint8Array<ArrayBuffer>, name: string) {
  if (!isNpy(bytes)) throw new FormatError(`${name} does not begin as an .npy file does`);
  if (bytes.byteLength < 12) throw new FormatError(`${name} ends after ${bytes.byteLength} bytes, within its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw new FormatError(`${name} is of version ${version}; 1, 2 and 3 can be read`);
  const [length, from] = version === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  const start = from + length;
  if (start > bytes.byteLength)
    throw new FormatError(`${name} has a header of ${length} bytes, but only ${bytes.byteLength - from} follow`);
  // A dict of three entries; what is longer describes a record of many fields.
  const header = new TextDecoder().decode(bytes.subarray(from, Math.min(start, from + 65_536)));
  return { header, start };
}

function typeOf(code: string, descr: string, name: string): ElementType {
  if (code in elementTypes && code !== "bf2") return elementTypes[code as keyof typeof elementTypes];
  if (code.startsWith("O"))
    throw new FormatError(
      `${name} holds Python objects (dtype object), which only Python can read and which may run code; save numbers instead`,
    );
  if (descr.startsWith("[")) throw new FormatError(`${name} is an array of records; save each field on its own`);
  throw new FormatError(`${name} has elements of type ${descr}; floats, integers and booleans can be read`);
}

/** Elements with the first index fastest, put in the order with the last index fastest. */
function rowMajor(data: Float32Array<ArrayBuffer>, shape: readonly number[]) {
  const out = new Float32Array(data.length);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      from += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      from -= (shape[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}

/** Strings of fixed width, one UTF-32 unit per character, filled up with zeros. */
function readText(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  shape: readonly number[],
  width: number,
  littleEndian: boolean,
) {
  const count = checkExtent(name, shape, `U${width}`, 4 * width, bytes.byteLength);
  if (width === 0 && count > 0) throw new FormatError(`${name} holds ${count} strings without a character`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => {
    let text = "";
    for (let j = 0; j < width; j++) {
      const point = view.getUint32(4 * (i * width + j), littleEndian);
      if (point > 0x10ffff) throw new FormatError(`${name}[${i}] holds ${point}, which is no character`);
      if (point) text += String.fromCodePoint(point);
    }
    return text;
  });
}
