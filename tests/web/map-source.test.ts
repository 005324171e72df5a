/** Maps that are taken out of tensors of a file: which layer and head each is of, and what is refused before it is made. */
import { expect, test } from "vitest";
import { attentionData, explain } from "../../web/src/figure/own/attention-data";
import { fromJson } from "../../web/src/formats/text/json";

const read = (value: object) =>
  attentionData(fromJson(value, "data"), { roles: null, axes: null, set: "", values: "guessed", sequence: 1 }).data;
const map = (last: number) => [
  [1, 0],
  [1 - last, last],
];

test("layers of unequal numbers of heads are refused, though all together could be shared out", () => {
  const heads = { layer_0_head_0: map(0.1), layer_0_head_1: map(0.2), layer_0_head_2: map(0.3) };
  expect(() => read({ ...heads, layer_1_head_0: map(0.4) })).toThrow(
    "layer 0 has 3 heads, but layer 1 has 1: layers of as many heads each can be read",
  );
  expect(() => read({ layer_3_head_0: map(0.1), layer_4_head_0: map(0.2), layer_4_head_5: map(0.3) })).toThrow(
    "layer 3 has 1 head, but layer 4 has 2",
  );
  const equal = read({ ...heads, layer_1_head_0: map(0.4), layer_1_head_1: map(0.5), layer_1_head_2: map(0.6) });
  expect(explain(equal)).toBe("weights: 2 layers, 3 heads, 2 queries × 2 keys");
  expect(explain(read({ head_0: map(0.1), head_3: map(0.2) }))).toBe("weights: 1 layer, 2 heads, 2 queries × 2 keys");
});

test("a band around each query whose maps would be too large is refused before any is made", () => {
  const band = (rows: number) => {
    const data = new Float32Array(3 * rows).fill(1 / 3);
    data[0] = 0;
    data[3 * rows - 1] = 0;
    return { weights: { shape: [1, 1, rows, 3], data } };
  };
  expect(explain(read(band(8)))).toBe("weights: 1 layer, 1 head, 8 queries × 8 keys");
  expect(() => read(band(20_000))).toThrow(
    "of its 20000 rows of 3 weights around each query, 1 maps of 20000 × 20000 weights need 1.6 GB; the page keeps to 1 GB",
  );
  expect(() => read(band(200_000))).toThrow("maps of 200000 × 200000 weights need 160.0 GB");
});

test("a row over a million keys that has weight for the last one only is passed once", () => {
  const data = new Float32Array(2 ** 20);
  data[2 ** 20 - 1] = 1;
  expect(explain(read({ weights: { shape: [1, 2 ** 20], data } }))).toBe(
    "weights: 1 layer, 1 head, 1 query × 1048576 keys",
  );
});

test("keys after the last that any query has weight for are padding, whichever row and map that is in", () => {
  const padded = (...ends: number[]) => ({
    weights: {
      shape: [1, ends.length, 2, 16],
      data: ends.flatMap((end) =>
        [1, end].flatMap((last) => Array.from({ length: 16 }, (_, key) => Number(key === last - 1))),
      ),
    },
  });
  expect(explain(read(padded(3, 7, 5)))).toBe("weights: 1 layer, 3 heads, 2 queries × 7 keys");
  expect(read(padded(3, 7, 5)).notes).toContain(
    "no query has weight for the last 9 of 16 keys: read as padding, and left out",
  );
  expect(explain(read(padded(3, 16)))).toBe("weights: 1 layer, 2 heads, 2 queries × 16 keys");
});
