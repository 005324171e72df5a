/** The elements of an array of NumPy's: numbers of any type as float32, or strings. */
import { type ElementType, elementTypes, toFloats, toNumbers } from "./element-types";
import { readBytesAsText, readText } from "./numpy-text";
import { firstFastest, rowMajor } from "./strided";
import { checkExtent, FormatError, type NamedTensor } from "./tensor";

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
  const type = typeOf(code, descr, name);
  checkExtent(name, shape, descr, type.size, body.byteLength);
  if (isFortran && shape.length > 1) {
    const numbers = toFloats(body, type, littleEndian);
    const data = rowMajor((at) => numbers[at] as number, shape, firstFastest(shape));
    return { name, shape, data, dtype: descr };
  }
  return { name, shape, ...toNumbers(body, type, littleEndian), dtype: descr };
}

/** As NumPy has no bfloat16 and float8, they come as bytes without a type: V2 is bfloat16, V1 is float8 E4M3, the usual one. */
const withoutType: ReadonlyMap<string, ElementType> = new Map([
  ["V2", elementTypes.bf2],
  ["V1", elementTypes.e4m3],
  ["f1", elementTypes.e4m3],
]);
const ofNumpy = /^([fiu][1248]|b1)$/;

function typeOf(code: string, descr: string, name: string): ElementType {
  const type = withoutType.get(code);
  if (type) return type;
  if (ofNumpy.test(code) && code in elementTypes) return elementTypes[code as keyof typeof elementTypes];
  if (descr.startsWith("[")) throw new FormatError(`${name} is an array of records; save each field on its own`);
  throw new FormatError(`${name} has elements of type ${descr}; floats, integers and booleans can be read`);
}
