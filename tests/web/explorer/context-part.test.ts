import { describe, expect, it } from "vitest";
import { partOf } from "../../../web/src/explorer/worker/context-part";

const text = (ids: number[], around?: [number, number]) => ({
  input: { ids, typeIds: ids.map(() => 0) },
  names: ids.map(String),
  unknown: [],
  ...(around && { around }),
});

describe("a text longer than the context", () => {
  const long = text([1, 2, 3, 4, 5, 6, 7]);

  it("is read from any token on, at most to its end", () => {
    expect(partOf(long, 0, 4)).toMatchObject({ input: { ids: [1, 2, 3, 4] }, names: ["1", "2", "3", "4"], total: 7 });
    expect(partOf(long, 2, 4).input.ids).toEqual([3, 4, 5, 6]);
    expect(partOf(long, 3, 4).input.ids).toEqual([4, 5, 6, 7]);
    expect(partOf(long, 1000, 4).input.ids).toEqual([4, 5, 6, 7]);
    expect(partOf(long, 2, 4).input.typeIds).toHaveLength(4);
  });

  it("keeps of each token which word it is of", () => {
    const words = [0, 0, 1, 2, 2, 3, 4].map((word) => ({ word, text: "" }));
    expect(partOf({ ...long, words }, 2, 4).words?.map(({ word }) => word)).toEqual([1, 2, 2, 3]);
  });

  it("keeps what the tokenizer puts around it", () => {
    const bert = text([101, 1, 2, 3, 4, 5, 102], [1, 1]);
    expect(partOf(bert, 0, 4).input.ids).toEqual([101, 1, 2, 102]);
    expect(partOf(bert, 1, 4).input.ids).toEqual([101, 2, 3, 102]);
    expect(partOf(bert, 9, 4).input.ids).toEqual([101, 4, 5, 102]);
    // Where nothing but that would fit, it is like other tokens.
    expect(partOf(bert, 0, 2).input.ids).toEqual([101, 1]);
  });

  it("is as it is where it fits, or where there is no limit", () => {
    expect(partOf(long, 3, 7)).toBe(long);
    expect(partOf(long, 3, 0)).toBe(long);
  });
});
