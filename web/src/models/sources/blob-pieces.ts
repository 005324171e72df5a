/** A blob's stream gives pieces so small that handing them over takes longer than copying them. */
const bytesOfPiece = 2 ** 24;

/** All bytes of a blob, some megabytes at once; the next are read while the last are looked at. */
export async function* piecesOfBlob(blob: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const read = (at: number) => {
    const bytes = blob.slice(at, at + bytesOfPiece).arrayBuffer();
    bytes.catch(() => {}); // told to whoever awaits it, if anyone does
    return bytes;
  };
  let next = read(0);
  for (let at = 0; at < blob.size; at += bytesOfPiece) {
    const bytes = await next;
    if (at + bytesOfPiece < blob.size) next = read(at + bytesOfPiece);
    yield new Uint8Array(bytes);
  }
}
