import { readIntoBuffer } from "./stream-reader";

/** Where streams cannot fill a buffer: their own pieces are so small that handing them over takes longer than copying them. */
const bytesOfSlice = 2 ** 24;

/** All bytes of a blob, some megabytes at once. A piece lasts until the next is asked for. */
export async function* piecesOfBlob(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const reader = readIntoBuffer(blob.stream());
  if (!reader) return yield* slicesOf(blob);
  try {
    for (;;) {
      const piece = await reader.read();
      if (!piece) return;
      yield piece;
    }
  } finally {
    reader.cancel();
  }
}

/** The next slice is read while the last is looked at. */
async function* slicesOf(blob: Blob) {
  const read = (at: number) => {
    const bytes = blob.slice(at, at + bytesOfSlice).arrayBuffer();
    bytes.catch(() => {}); // told to whoever awaits it, if anyone does
    return bytes;
  };
  let next = read(0);
  for (let at = 0; at < blob.size; at += bytesOfSlice) {
    const bytes = await next;
    if (at + bytesOfSlice < blob.size) next = read(at + bytesOfSlice);
    yield new Uint8Array(bytes);
  }
}
