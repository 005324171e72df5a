/** A file that a model may need. */
export interface ModelFile {
  name: string;
  size: number;
  /** What tells its bytes from those of other versions, where that is known. */
  version?: string;
  /** Its bytes from `start` on, to its end where none is given, piece by piece: each lasts until the next is asked for. */
  pieces(start?: number, end?: number): AsyncIterable<Uint8Array>;
}

/** All bytes of a file. */
export async function bytesOf(file: ModelFile, start = 0, end = file.size): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  for await (const piece of file.pieces(start, end)) {
    if (at + piece.length > bytes.length) throw new Error(`${file.name} has more bytes than it was said to have`);
    bytes.set(piece, at);
    at += piece.length;
  }
  if (at < bytes.length) throw new Error(`${file.name} gave ${at} bytes in place of ${bytes.length}`);
  return bytes;
}

/** A file whose bytes are there. */
export const fileOfBytes = (name: string, bytes: Uint8Array): ModelFile => ({
  name,
  size: bytes.length,
  async *pieces(start = 0, end = bytes.length) {
    if (end > start) yield bytes.subarray(start, end);
  },
});
