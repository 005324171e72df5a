/** The directory of a zip archive (APPNOTE.TXT 4.3), read within its bounds; one disk, no encryption, below 4 GB. */

import { inflateSync } from "fflate";
import { messageOf } from "../model/error-message";
import { FormatError } from "./tensor";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const signatures = { end: 0x06054b50, entry: 0x02014b50, file: 0x04034b50 };
const endBytes = 22;
const mostComment = 65_535;
/** The end record with the longest comment: its place is found in so many last bytes of an archive. */
export const mostEndBytes = endBytes + mostComment;

/** Of an archive, or of its last bytes, which begin at its byte `start`. */
export function readDirectory(bytes: Uint8Array<ArrayBuffer>, start = 0): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true) - start;
  if (at < 0) throw new FormatError(`the archive's directory is said to begin at byte ${at + start}, before ${start}`);
  return Array.from({ length: count }, (_, i) => {
    if (at + 46 > end || view.getUint32(at, true) !== signatures.entry)
      throw new FormatError(`the archive's directory should have ${count} entries, but ends after ${i}`);
    const [nameBytes, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    const entry = {
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    at += 46 + nameBytes + extra + comment;
    return entry;
  });
}

/** At which byte of the archive its directory begins, by its last bytes. */
export function directoryStart(bytes: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(endRecord(view) + 16, true);
}

function endRecord(view: DataView): number {
  let end = view.byteLength - endBytes;
  const last = Math.max(0, end - mostComment);
  while (end >= last && view.getUint32(end, true) !== signatures.end) end--;
  if (end < last) throw new FormatError("the archive has no directory at its end: it was cut off, or is no archive");
  return end;
}

/** How many bytes an entry's own header has, by how it begins. */
export function headerBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 30 || view.getUint32(0, true) !== signatures.file)
    throw new FormatError("an entry of the archive does not begin where its directory says");
  return 30 + view.getUint16(26, true) + view.getUint16(28, true);
}

/** The contents of an entry; its stated size is allocated, and not a byte more. */
export function unpack(bytes: Uint8Array<ArrayBuffer>, { name, method, packed, size, offset }: ZipEntry) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + 30 > bytes.byteLength || view.getUint32(offset, true) !== signatures.file)
    throw new FormatError(`${name} should begin at byte ${offset} of ${bytes.byteLength}, but does not`);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.byteLength)
    throw new FormatError(`${name} is said to take ${packed} bytes, but only ${bytes.byteLength - start} follow`);
  const content = bytes.subarray(start, start + packed);
  if (method === 0 && packed !== size)
    throw new FormatError(`${name} is stored in ${packed} bytes, but said to have ${size}`);
  if (method === 0) return content;
  if (method !== 8)
    throw new FormatError(`${name} is packed by method ${method}; stored and deflated files can be read`);
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(content, { out: new Uint8Array(size) });
  } catch (error) {
    throw new FormatError(`${name} cannot be unpacked: ${messageOf(error)}`);
  }
  if (inflated.byteLength !== size)
    throw new FormatError(`${name} unpacks to ${inflated.byteLength} bytes, but is said to have ${size}`);
  return inflated as Uint8Array<ArrayBuffer>;
}
