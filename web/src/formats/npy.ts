/** NumPy's .npy, versions 1 to 3 (numpy.lib.format): magic, version, length of the header, a Python dict, the elements. */
import { readObjects } from "./late-readers";
import { type Elements, readElements } from "./numpy-elements";
import { FormatError, type Part } from "./tensor";

const magic = "\x93NUMPY";

export const isNpy = (bytes: Uint8Array) => [...magic].every((char, i) => bytes[i] === char.charCodeAt(0));

/** A tensor, the strings of an array of text, or what an array of Python objects holds. */
export async function readNpy(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Part> {
  const elements = elementsOf(bytes, name);
  return /^[|<>=]?O/.test(elements.descr) ? readObjects(elements) : readElements(elements);
}

function elementsOf(bytes: Uint8Array<ArrayBuffer>, name: string): Elements {
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
  return { name, descr, isFortran, shape, body: bytes.subarray(start) };
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
