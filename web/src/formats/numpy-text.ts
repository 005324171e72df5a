/** NumPy's arrays of text: U, a UTF-32 unit per character, and S, a byte; both of fixed width, filled up with zeros. */
import { checkExtent, FormatError } from "./tensor";

export function readText(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  shape: readonly number[],
  width: number,
  littleEndian: boolean,
): string[] {
  const count = countOf(name, shape, "U", width, 4, bytes.byteLength);
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

/** Bytes are UTF-8, as Python's `encode()` writes them. */
export function readBytesAsText(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  shape: readonly number[],
  width: number,
): string[] {
  const count = countOf(name, shape, "S", width, 1, bytes.byteLength);
  const decoder = new TextDecoder();
  return Array.from({ length: count }, (_, i) => {
    let end = (i + 1) * width;
    while (end > i * width && bytes[end - 1] === 0) end--;
    return decoder.decode(bytes.subarray(i * width, end));
  });
}

function countOf(
  name: string,
  shape: readonly number[],
  code: string,
  width: number,
  unit: number,
  available: number,
): number {
  const count = checkExtent(name, shape, `${code}${width}`, unit * width, available);
  if (width === 0 && count > 0) throw new FormatError(`${name} holds ${count} strings without a character`);
  return count;
}
