import { expect, test, vi } from "vitest";
import { piecesOfBlob } from "../../web/src/models/sources/blob-pieces";

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 16)) % 251);

/** A blob whose stream gives pieces of its own only, as browsers had it before. */
function withoutBuffers(blob: Blob): Blob {
  const stream = blob.stream.bind(blob);
  blob.stream = () => stream().pipeThrough(new TransformStream());
  return blob;
}

test.each([0, 1, 2 ** 24, 2 ** 24 + 3])("a blob of %i bytes comes whole and in order, in pieces", async (length) => {
  const all = bytes(length);
  for (const blob of [new Blob([all]), withoutBuffers(new Blob([all]))]) {
    let at = 0;
    for await (const piece of piecesOfBlob(blob)) {
      expect(Buffer.compare(piece, all.subarray(at, at + piece.length))).toBe(0);
      at += piece.length;
    }
    expect(at).toBe(length);
  }
});

test("all pieces are in one buffer, so that a blob is never in memory twice", async () => {
  const sizes = new Set<number>();
  let before: Uint8Array | undefined;
  for await (const piece of piecesOfBlob(new Blob([bytes(2 ** 24)]))) {
    sizes.add(piece.buffer.byteLength);
    expect(before?.buffer.byteLength ?? 0).toBe(0); // its buffer is now that of `piece`
    before = piece;
  }
  expect([...sizes]).toEqual([2 ** 22]);
});

test("who stops half-way ends the stream", async () => {
  const cancel = vi.fn();
  const blob = new Blob([bytes(10)]);
  blob.stream = () => new ReadableStream({ type: "bytes", pull: (controller) => controller.enqueue(bytes(5)), cancel });
  for await (const piece of piecesOfBlob(blob)) {
    expect(piece).toEqual(bytes(5));
    break;
  }
  expect(cancel).toHaveBeenCalledOnce();
});

test("a blob that cannot be read is an error where the piece is awaited, and only there", async () => {
  const refused = new Error("changed on disk");
  const streamed = new Blob([bytes(5)]);
  let isFirst = true;
  streamed.stream = () =>
    new ReadableStream({
      type: "bytes",
      pull(controller) {
        if (!isFirst) return controller.error(refused);
        isFirst = false;
        controller.enqueue(bytes(5));
      },
    });
  const sliced = withoutBuffers(new Blob([bytes(2 ** 24 + 1)]));
  const slice = sliced.slice.bind(sliced);
  sliced.slice = (start, end) => {
    const part = slice(start, end);
    if (start) part.arrayBuffer = () => Promise.reject(refused);
    return part;
  };
  for (const [blob, length] of [
    [streamed, 5],
    [sliced, 2 ** 24],
  ] as const) {
    const pieces = piecesOfBlob(blob);
    expect((await pieces.next()).value).toHaveLength(length);
    await expect(pieces.next()).rejects.toBe(refused);
  }
});
