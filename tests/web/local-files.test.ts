import { expect, test } from "vitest";
import { givenFiles } from "../../web/src/models/sources/local-files";
import { bytesOf } from "../../web/src/models/sources/model-file";

const numbers = Uint8Array.of(1, 2, 3, 4, 5);

test("a file may be a File, a named blob, or named bytes: a whole buffer, a part of one, shared memory", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(5));
  shared.set(numbers);
  const files = givenFiles([
    new File([numbers], "a"),
    { name: "b", blob: new Blob([numbers]) },
    { name: "c", bytes: numbers.slice().buffer },
    { name: "d", bytes: Uint8Array.of(9, ...numbers, 9).subarray(1, 6) },
    { name: "e", bytes: shared },
  ]);
  expect(files.map(({ name, size }) => [name, size])).toEqual(["a", "b", "c", "d", "e"].map((name) => [name, 5]));
  for (const file of files) {
    expect(Array.from(await bytesOf(file))).toEqual([1, 2, 3, 4, 5]);
    expect(Array.from(await bytesOf(file, 1, 3))).toEqual([2, 3]);
  }
});

test("what is no file is refused by its place", () => {
  for (const wrong of [
    1,
    null,
    undefined,
    {},
    { name: "a" },
    { blob: new Blob([]) },
    { name: "a", bytes: [1, 2] },
    { name: 1, bytes: numbers },
  ])
    expect(() => givenFiles([new File([], "a"), wrong as never])).toThrow(
      "files[1] is neither a File nor { name, blob } nor { name, bytes }",
    );
});
