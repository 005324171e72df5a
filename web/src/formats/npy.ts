/** NumPy's .npy, versions 1 to 3 (numpy.lib.format): magic, version, length of the header, a Python dict, the elements. */
import { type ElementType, elementTypes, toFloats, toNumbers } from "./element-types";
import { readBytesAsText, readText } from "./numpy-text";
import { readObjects } from "./pickle/numpy-objects";
import { firstFastest, rowMajor } from "./strided";
import { checkExtent, elementCount, FormatError, type NamedTensor } from "./tensor";

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
  const isFortran = field(/'fortran_order'\s*:\s*(True|False)/, "fortran_order") === "True";
  const shape = field(/'shape'\s*:\s*\(([^)]*)\)/, "shape")
    .split(",")
    .map((length) => length.trim().replace(/L$/, ""))
    .filter((length) => length !== "")
    .map((length) => (/^\d+$/.test(length) ? Number(length) : Number.NaN));
  return readElements({ name, descr, isFortran, shape, body: bytes.subarray(start) });
}

export interface Elements {
  readonly name: string;
  /** As NumPy writes types: "<f4". */
  readonly descr: string;
  /** Whether the first index is the fastest. */
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly body: Uint8Array<ArrayBuffer>;
}

export function readElements({ name, descr, isFortran, shape, body }: Elements): NamedTensor | readonly string[] {
  const [, order = "", code = ""] = /^([<>|=])(.*)$/.exec(descr) ?? [];
  const littleEndian = order !== ">";
  if (/^U\d{1,6}$/.test(code)) return readText(body, name, shape, Number(code.slice(1)), littleEndian);
  if (/^S\d{1,6}$/.test(code)) return readBytesAsText(body, name, shape, Number(code.slice(1)));
  if (code.startsWith("O")) return readObjects(body, name, elementCount(name, shape));
  const type = typeOf(code, descr, name);
  checkExtent(name, shape, descr, type.size, body.byteLength);
  if (isFortran && shape.length > 1)
    return {
      name,
      shape,
      data: rowMajor(toFloats(body, type, littleEndian), shape, firstFastest(shape)),
      dtype: descr,
    };
  return { name, shape, ...toNumbers(body, type, littleEndian), dtype: descr };
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

/** As NumPy has no bfloat16 and float8, they come as bytes without a type: V2 is bfloat16, V1 is float8 E4M3, the usual one. */
const withoutType: Readonly<Record<string, ElementType>> = {
  V2: elementTypes.bf2,
  V1: elementTypes.e4m3,
  f1: elementTypes.e4m3,
};
const ofNumpy = /^([fiu][1248]|b1)$/;

function typeOf(code: string, descr: string, name: string): ElementType {
  const type = withoutType[code];
  if (type) return type;
  if (ofNumpy.test(code) && code in elementTypes) return elementTypes[code as keyof typeof elementTypes];
  if (descr.startsWith("[")) throw new FormatError(`${name} is an array of records; save each field on its own`);
  throw new FormatError(`${name} has elements of type ${descr}; floats, integers and booleans can be read`);
}
