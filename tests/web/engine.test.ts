import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type AttentionInputs, type Heed, loadHeed, type Tensor } from "../../web/src/compute/heed";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

/** A line of a fixture file: name, shape, numbers (tests/fixtures/notebook.py). */
function fixture(file: string, name: string): number[] {
  const text = readFileSync(new URL(`../fixtures/${file}`, import.meta.url), "utf8");
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  if (!line) throw new Error(`${file} has no line ${name}`);
  return line.split(" ").slice(2).map(Number);
}

function expectClose(actual: Tensor, expected: number[], tolerance = 1e-6) {
  expect(actual.data.length).toBe(expected.length);
  let worst = 0;
  for (const [i, value] of expected.entries())
    worst = Math.max(worst, Math.abs((actual.data[i] ?? Number.NaN) - value));
  expect(worst).toBeLessThanOrEqual(tolerance);
}

function tensor(shape: Tensor["shape"], value: (index: number) => number = () => 0): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => value(i)), shape };
}

/** Numbers without pattern: the fractional parts of multiples of the golden ratio. */
const scattered = (i: number) => ((i * 0.6180339887) % 1) - 0.5;

function inputs(queries = 4, keys = 6, dim = 3): AttentionInputs {
  return {
    query: tensor([1, 2, queries, dim], scattered),
    key: tensor([1, 2, keys, dim], (i) => scattered(i + 1000)),
    value: tensor([1, 2, keys, 5], (i) => scattered(i + 2000)),
  };
}

describe("the source experiment through the binding", () => {
  it.each([
    ["notebook.txt", {}],
    ["notebook-seed-7.txt", { tokens: 5, dModel: 12, heads: 3, seed: 7 }],
  ])("agrees with NumPy: %s", (file, options) => {
    const { x, query, key, value, ...weights } = heed.notebook(options);
    expectClose(x, fixture(file, "x"));
    expectClose(weights.wQuery, fixture(file, "w_query"));
    expectClose(weights.wKey, fixture(file, "w_key"));
    expectClose(weights.wValue, fixture(file, "w_value"));
    expectClose(weights.wOutput, fixture(file, "w_output"));
    for (const causal of [false, true]) {
      const name = causal ? "causal" : "single";
      const single = heed.attention({ query: x, key: x, value: x }, { causal, weights: true });
      expectClose(single.output, fixture(file, `${name}.output`));
      expectClose(single.entropy, fixture(file, `${name}.entropy`));
      expectClose(single.weights as Tensor, fixture(file, `${name}.weights`));
    }
    const heads = heed.attention({ query, key, value }, { weights: true });
    expectClose(heads.entropy, fixture(file, "multi.entropy"));
    expectClose(heads.weights as Tensor, fixture(file, "multi.weights"));
    expectClose(heed.multiHeadAttention({ x, ...weights }).output, fixture(file, "multi.output"));
  });
});

describe("the contract", () => {
  it("gives output, log-sum-exp and entropy without weights by default", () => {
    const result = heed.attention(inputs());
    expect(result.output.shape).toEqual([1, 2, 4, 5]);
    expect(result.output.data).toBeInstanceOf(Float32Array);
    expect(result.logSumExp.shape).toEqual([1, 2, 4, 1]);
    expect(result.entropy.shape).toEqual([1, 2, 4, 1]);
    expect([...result.visibleKeys.data]).toEqual(Array(8).fill(6));
    expect(result.weights).toBeUndefined();
    expect(result.logits).toBeUndefined();
  });

  it("gives weights and logits when asked, and they agree with the streaming way", () => {
    const explicit = heed.attention(inputs(), { weights: true });
    expect(explicit.weights?.shape).toEqual([1, 2, 4, 6]);
    expect(explicit.logits?.shape).toEqual([1, 2, 4, 6]);
    expectClose(explicit.output, [...heed.attention(inputs()).output.data], 2e-7);
    expect(heed.attention(inputs(), { weights: true, logits: false }).logits).toBeUndefined();
  });

  it("owns its results: a later call does not change them", () => {
    const first = heed.attention(inputs()).output.data;
    const copy = first.slice();
    heed.attention(inputs(40, 700, 64));
    expect(first).toEqual(copy);
  });

  it("gives no view of the heap to an array of an earlier result that has a `set` of its own", () => {
    const earlier = heed.attention(inputs(), { causal: true });
    const given: unknown[] = [];
    Object.assign(earlier.output.data, { set: (view: unknown) => given.push(view) });
    const again = heed.attention(inputs(), { causal: true, reuse: earlier });
    expect(given).toEqual([]);
    expect(Array.from(again.output.data)).toEqual(Array.from(heed.attention(inputs(), { causal: true }).output.data));
  });

  it("refuses what has only the prototype of a Float32Array", () => {
    const data = Object.setPrototypeOf({ length: 8 }, Float32Array.prototype) as Float32Array;
    expect(() => heed.attention({ ...inputs(), query: { data, shape: [1, 1, 2, 4] } })).toThrow();
  });

  it("reuses the arrays of an earlier result that fit, and only those", () => {
    const earlier = heed.attention(inputs());
    const { data } = earlier.output;
    const expected = heed.attention({ ...inputs(), query: inputs().key }, {}).output.data;
    const later = heed.attention({ ...inputs(6), query: inputs().key }, { reuse: earlier });
    expect(later.output.data).toEqual(expected);
    expect(later.output.data).not.toBe(data);
    const again = heed.attention(inputs(), { causal: true, reuse: earlier });
    expect(again.output.data).toBe(data);
    expect(data).toEqual(heed.attention(inputs(), { causal: true }).output.data);
  });

  it("takes every option", () => {
    const { query, key, value } = inputs();
    const visible = (options: Parameters<Heed["attention"]>[1]) =>
      [...heed.attention({ query, key, value }, options).visibleKeys.data].slice(0, 4);
    expect(visible({ causal: true })).toEqual([1, 2, 3, 4]);
    expect(visible({ causal: true, queryOffset: 2 })).toEqual([3, 4, 5, 6]);
    expect(visible({ window: [1, 1] })).toEqual([2, 3, 3, 3]);
    for (const open of [null, Number.POSITIVE_INFINITY, -1])
      expect(visible({ window: [open as null, 0] })).toEqual([1, 2, 3, 4]);
    expect(visible({ keyLengths: [2] })).toEqual([2, 2, 2, 2]);
    const mask = { data: Uint8Array.of(1, 0, 1, 0, 1, 0), shape: [1, 1, 1, 6] as Tensor["shape"] };
    expect(visible({ mask })).toEqual([3, 3, 3, 3]);
    expect(visible({ bias: tensor([1, 1, 1, 6], (i) => (i < 2 ? Number.NEGATIVE_INFINITY : 1)) })).toEqual([
      4, 4, 4, 4,
    ]);
    const logits = (options: Parameters<Heed["attention"]>[1]) =>
      heed.attention({ query, key, value }, { ...options, weights: true }).logits?.data[1] as number;
    const plain = logits({ scale: 1 });
    expect(logits({})).toBeCloseTo(plain / Math.sqrt(3), 6);
    expect(logits({ scale: 2, temperature: 4 })).toBeCloseTo(plain / 2, 6);
    expect(logits({ scale: 1, softcap: 0.1 })).toBeCloseTo(0.1 * Math.tanh(plain / 0.1), 6);
  });

  it("recomputes blocks of weights from the log-sum-exp", () => {
    const { query, key, value } = inputs();
    const { weights, logSumExp } = heed.attention({ query, key, value }, { causal: true, weights: true });
    const block = { head: 1, row: 1, rows: 2, column: 2, columns: 3 };
    const recomputed = heed.attentionWeights({ query, key, logSumExp }, block, { causal: true });
    expect(recomputed.shape).toEqual([1, 1, 2, 3]);
    const expected = [1, 2].flatMap((row) => [2, 3, 4].map((column) => weights?.data[24 + row * 6 + column] as number));
    expectClose(recomputed, expected);
  });

  it("normalises entropy by what is visible", () => {
    const { entropy, visibleKeys } = heed.attention(inputs(), { causal: true });
    const { data } = heed.normalisedEntropy(entropy, visibleKeys);
    expect(data[0]).toBe(0);
    expect(data[1]).toBeCloseTo((entropy.data[1] as number) / Math.log(2), 6);
  });

  it("handles nothing at all", () => {
    const empty = tensor([1, 1, 0, 4]);
    expect(heed.attention({ query: empty, key: empty, value: empty }).output.data.length).toBe(0);
    const query = tensor([1, 1, 2, 4]);
    expect([...heed.attention({ query, key: empty, value: empty }).logSumExp.data]).toEqual([-Infinity, -Infinity]);
  });
});

describe("masks and biases", () => {
  const lowest = -3.4028234663852886e38;
  const close = (actual: Float32Array | undefined, expected: ArrayLike<number>) => {
    expect(actual?.length).toBe(expected.length);
    for (const [i, value] of actual?.entries() ?? [])
      expect(value === expected[i] || Math.abs(value - (expected[i] as number)) <= 1e-6).toBe(true);
  };

  it("of every rank broadcast as NumPy's do", () => {
    const full = [1, 2, 4, 6];
    for (let rank = 1; rank <= 4; rank++)
      for (let ones = 0; ones < 1 << rank; ones++) {
        const shape = full.slice(-rank).map((axis, i) => ((ones >> i) & 1 ? 1 : axis));
        const size = shape.reduce((product, axis) => product * axis, 1);
        const bias = { data: Float32Array.from({ length: size }, (_, i) => scattered(i + 7)), shape };
        const mask = { data: Uint8Array.from({ length: size }, (_, i) => ((i * 7) % 5 > 1 ? 1 : 0)), shape };
        /** Axes compared from the last; one that is missing or 1 repeats. */
        const from = (at: number) => {
          let rest = at;
          let place = 0;
          let step = 1;
          for (let back = 1; back <= rank; back++) {
            const size = full.at(-back) as number;
            if (shape.at(-back) !== 1) place += (rest % size) * step;
            step *= shape.at(-back) as number;
            rest = Math.floor(rest / size);
          }
          return place;
        };
        const written = <Data>(make: (at: number) => number, type: { from(a: ArrayLike<number>): Data }) => ({
          data: type.from(Array.from({ length: 48 }, (_, at) => make(from(at)))),
          shape: full,
        });
        const whole = {
          bias: written((at) => bias.data[at] as number, Float32Array),
          mask: written((at) => mask.data[at] as number, Uint8Array),
        };
        for (const weights of [false, true]) {
          const expected = heed.attention(inputs(), { ...whole, weights });
          const result = heed.attention(inputs(), { bias, mask, weights });
          close(result.output.data, expected.output.data);
          close(result.logSumExp.data, expected.logSumExp.data);
        }
      }
  });

  it.each([4, 130])("of the lowest float give %i keys an equal share, in both ways", (keys) => {
    const query = tensor([1, 1, 2, 4]);
    const key = tensor([1, 1, keys, 4]);
    const value = tensor([1, 1, keys, 1], scattered);
    const bias = { data: new Float32Array(2 * keys).fill(lowest), shape: [2, keys] };
    bias.data.fill(0, 2 * keys - 2);
    const mean = (first: number) => value.data.slice(first).reduce((sum, v) => sum + v, 0) / (keys - first);
    for (const weights of [false, true]) {
      const result = heed.attention({ query, key, value }, { bias, weights });
      close(result.output.data, [mean(0), mean(keys - 2)]);
      close(result.entropy.data, [Math.log(keys), Math.log(2)]);
      if (weights) {
        close(result.weights?.data.slice(0, keys), new Float32Array(keys).fill(1 / keys));
        close(result.weights?.data.slice(2 * keys - 2), [0.5, 0.5]);
      }
      const block = { rows: 1, columns: keys };
      const { logSumExp } = result;
      close(heed.attentionWeights({ query, key, logSumExp }, block, { bias }).data, Array(keys).fill(1 / keys));
    }
    const twice = { ...bias, data: bias.data.map((added) => added + added) };
    for (const weights of [false, true]) {
      const { output, entropy, logSumExp } = heed.attention({ query, key, value }, { bias: twice, weights });
      expect([output.data[0], entropy.data[0], logSumExp.data[0]]).toEqual([0, 0, -Infinity]);
    }
  });
});

describe("errors are Errors that name the values", () => {
  const refuses = (change: Record<string, unknown>, options: Record<string, unknown>, message: string) => {
    const run = () => heed.attention({ ...inputs(), ...change } as AttentionInputs, options);
    expect(run).toThrow(Error);
    expect(run).toThrow(message);
  };

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["K has 7 rows but V has 6", { key: tensor([1, 2, 7, 3]) }, {}],
    ["Q has dim 3 but K has 4", { key: tensor([1, 2, 6, 4]) }, {}],
    ["query is undefined; it must be a tensor { data, shape }", { query: undefined }, {}],
    ["query.data is 1,2,3; it must be a Float32Array", { query: { data: [1, 2, 3], shape: [1, 1, 1, 3] } }, {}],
    [
      "query.shape is 4,3; it must be [batch, heads, length, dim]",
      { query: { data: new Float32Array(12), shape: [4, 3] } },
      {},
    ],
    [
      "query.shape (1, 1, 4, 4) needs 16 values but data has 12",
      { query: { data: new Float32Array(12), shape: [1, 1, 4, 4] } },
      {},
    ],
    [
      "query.shape[2] is 1.5; it must be a whole number",
      { query: { data: new Float32Array(1), shape: [1, 1, 1.5, 1] } },
      {},
    ],
    ["no axis may be negative", { query: { data: new Float32Array(4), shape: [1, -1, -4, 1] } }, {}],
    [
      "query.shape (1, 1, 65536, 65536) needs",
      { query: { data: new Float32Array(0), shape: [1, 1, 65536, 65536] } },
      {},
    ],
    ['temperature is "hot"; it must be a number', {}, { temperature: "hot" }],
    ["mask is none of the inputs; it belongs to the options", { mask: null } as never, {}],
    ["causal is none of the inputs; it belongs to the options", { causal: true } as never, {}],
    ["temperature is 0; it must be finite and above 0", {}, { temperature: 0 }],
    ["scale is nan; it must be finite", {}, { scale: Number.NaN }],
    ["causal is 1; it must be true or false", {}, { causal: 1 }],
    [
      'options has no "casual"; there are scale, temperature, softcap, mask, bias, causal, window,',
      {},
      { casual: true },
    ],
    ["options is true; it must be an object", {}, true as never],
    ["window is 3; it must be [left, right]", {}, { window: 3 }],
    ["window is 1; it must be [left, right]", {}, { window: [1] }],
    ["window[0] is 1.5; it must be a whole number", {}, { window: [1.5, 0] }],
    ["window left is -7; it must be from 0", {}, { window: [-7, 0] }],
    ["key length 0 is 9 but K has 6 rows", {}, { keyLengths: [9] }],
    ["keyLengths is 3; it must be an array", {}, { keyLengths: 3 }],
    ["keyLengths is empty; it must have a number for each of the batch", {}, { keyLengths: [] }],
    ["keyLengths.length is NaN; it must be a whole number", {}, { keyLengths: { length: Number.NaN } }],
    ["keyLengths[0] is undefined; it must be a whole number", {}, { keyLengths: { length: 2 ** 31 - 1 } }],
    ["scale / temperature is 1e+39; it must be within ±3.40282e+38", {}, { scale: 1e39 }],
    ["softcap is 1e-50; it must be 0 or from 1.4013e-45 to 3.40282e+38", {}, { softcap: 1e-50 }],
    [
      "mask has shape (1, 1, 0, 6), which does not broadcast",
      {},
      { mask: { data: new Uint8Array(0), shape: [1, 1, 0, 6] } },
    ],
    [
      "mask.shape is 1,1,1,1,6; it must be [batch, heads, queries, keys], or its last axes",
      {},
      { mask: { data: new Uint8Array(6), shape: [1, 1, 1, 1, 6] } },
    ],
    ["bias.shape is ; it must be", {}, { bias: { data: new Float32Array(1), shape: [] } }],
    ["bias.shape[0] is 1.5; it must be a whole number", {}, { bias: { data: new Float32Array(6), shape: [1.5, 4] } }],
    ["mask.data is", {}, { mask: { data: new Float32Array(6), shape: [1, 1, 1, 6] } }],
    [
      "mask has shape (1, 1, 1, 5), which does not broadcast",
      {},
      { mask: { data: new Uint8Array(5), shape: [1, 1, 1, 5] } },
    ],
  ])("%s", (message, change, options) => refuses(change, options, message));

  it("names the names that there are, wherever names are given", () => {
    const { notebook, handmadeLongHead, attentionWeights } = heed;
    const { query, key } = inputs();
    const { logSumExp } = heed.attention(inputs());
    expect(() => notebook({ token: 8 } as never)).toThrow('no "token"; there are tokens, dModel, heads, seed, glorot');
    expect(() => handmadeLongHead({ length: 8 } as never)).toThrow('no "length"; there are tokens, stride, seed');
    const block = { rows: 1, columns: 1, col: 0 };
    expect(() => attentionWeights({ query, key, logSumExp }, block)).toThrow(
      'block has no "col"; there are batch, head',
    );
  });

  it("a failed call leaves the core working", () => {
    refuses({}, { scale: Number.POSITIVE_INFINITY }, "scale is inf");
    expect(heed.attention(inputs()).output.data.every(Number.isFinite)).toBe(true);
  });

  it("names the memory that a result would take", () => {
    const long = tensor([1, 1, 40_000, 1]);
    const run = () => heed.attention({ query: long, key: long, value: long }, { weights: true });
    expect(run).toThrow(RangeError);
    expect(run).toThrow("the weights of shape (1, 1, 40000, 40000) would take 6.4 GB");
    expect(heed.attention(inputs()).output.shape).toEqual([1, 2, 4, 5]);
  });

  it("a long head remembers no more than the rows that it has", () => {
    const head = heed.longHead({ query: tensor([1, 1, 6, 4], scattered), key: tensor([1, 1, 6, 4], scattered) });
    const two = tensor([1, 1, 2, 1]);
    const wide = tensor([1, 1, 2, 100_000]);
    expect(() => head.remember(0, { logSumExp: wide, entropy: two })).toThrow(
      "the log-sum-exps have shape (1, 1, 2, 100000); expected (1, 1, 2, 1)",
    );
    expect(() => head.remember(0, { logSumExp: two, entropy: wide })).toThrow("the entropies have shape");
    expect(() => head.remember(2 ** 31 - 1, { logSumExp: two, entropy: two })).toThrow("do not lie within the 6");
    expect(() => head.rows(2 ** 31 - 1, 2 ** 31 - 1)).toThrow("do not lie within the 6");
    head.delete();
  });

  it("a map's blocks may be of any size", () => {
    const head = heed.longHead({ query: tensor([1, 1, 6, 4], scattered), key: tensor([1, 1, 6, 4], scattered) });
    for (const size of [6, 2 ** 30, 2 ** 31 - 7, 2 ** 31 - 1]) {
      const map = head.map({ row: 0, rows: 6, rowBlock: size, column: 0, columns: 6, columnBlock: size });
      expect(map.sum.shape).toEqual([1, 1, 1, 1]);
      expect(map.sum.data[0]).toBeCloseTo(6, 5);
    }
    expect(() => head.map({ row: 0, rows: 2 ** 31 - 1, column: 0, columns: 6 })).toThrow("does not lie within");
    head.delete();
  });

  it("multi-head attention reads no weights that are not there", () => {
    const weight = tensor([1, 2, 8, 4], scattered);
    const all = {
      x: tensor([1, 1, 3, 8], scattered),
      wQuery: weight,
      wKey: weight,
      wValue: weight,
      wOutput: tensor([1, 1, 8, 8], scattered),
    };
    expect(heed.multiHeadAttention(all).output.shape).toEqual([1, 1, 3, 8]);
    const small = tensor([1, 1, 1, 1]);
    expect(() => heed.multiHeadAttention({ ...all, wKey: small })).toThrow("W^K has shape (1, 1, 1, 1) but W^Q has");
    expect(() => heed.multiHeadAttention({ ...all, wValue: small })).toThrow("W^V has shape (1, 1, 1, 1) but W^Q has");
  });

  it("refuses an impossible experiment", () => {
    expect(() => heed.notebook({ heads: 5 })).toThrow("d_model 64 is not divisible by 5 heads");
    expect(() => heed.notebook({ tokens: 0 })).toThrow("there are 0 tokens; there must be at least 1");
    expect(() => heed.notebook({ seed: -1 })).toThrow("seed is -1; it must be a whole number from 0 to 4294967295");
  });

  it("keeps NaN visible where it is attended to and nowhere else", () => {
    const { query, key, value } = inputs();
    key.data[5 * 3] = Number.NaN;
    const { output } = heed.attention({ query, key, value }, { causal: true, queryOffset: 2 });
    expect([0, 1, 2, 3].map((row) => Number.isNaN(output.data[row * 5]))).toEqual([false, false, false, true]);
  });
});
