import { expect, test } from "vitest";
import { piecesOfBlob } from "../../web/src/models/sources/blob-pieces";

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 16)) % 251);

test.each([0, 1, 2 ** 24, 2 ** 24 + 3])("a blob of %i bytes comes whole and in order, in pieces", async (length) => {
  const all = bytes(length);
  let at = 0;
  for await (const piece of piecesOfBlob(new Blob([all]))) {
    expect(Buffer.compare(piece, all.subarray(at, at + piece.length))).toBe(0);
    at += piece.length;
  }
  expect(at).toBe(length);
});

test("a blob that cannot be read is an error where the piece is awaited, and only there", async () => {
  const refused = new Error("changed on disk");
  const blob = new Blob([bytes(2 ** 24 + 1)]);
  const slice = blob.slice.bind(blob);
  blob.slice = (start, end) => {
    const part = slice(start, end);
    if (start) part.arrayBuffer = () => Promise.reject(refused);
    return part;
  };
  const pieces = piecesOfBlob(blob);
  expect((await pieces.next()).value).toHaveLength(2 ** 24);
  await expect(pieces.next()).rejects.toBe(refused);
});
