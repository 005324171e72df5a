import { describe, expect, it } from "vitest";
import { readFile } from "../../web/src/formats/read-file";
import { cellsOfHead, cellsOfRow, errorOfStep } from "../../web/src/formats/recording/layout";
import { type DecodedHead, readRecording } from "../../web/src/formats/recording/read-recording";
import {
  type HeadToRecord,
  type PartToRecord,
  writeRecording as write,
} from "../../web/src/formats/recording/write-recording";
import { storedTensors } from "../../web/src/formats/safetensors";
import { FormatError } from "../../web/src/formats/tensor";

const noScores = {
  previousToken: 0,
  firstToken: 0,
  self: 0,
  duplicateToken: 0,
  induction: 0,
  local: 0,
  meanDistance: 0,
  entropy: 0,
};

/** Softmax rows over keys that are seen, with logits of a small generator. */
function headOf(queries: number, keys: number, isSeen: (query: number, key: number) => boolean, seed = 1) {
  let state = seed;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const weights = new Float32Array(queries * keys);
  const visible = new Uint8Array(queries * keys);
  const entropy = new Float32Array(queries);
  for (let query = 0; query < queries; query++) {
    const row = Array.from({ length: keys }, (_, key) => (isSeen(query, key) ? Math.exp(12 * random() - 6) : 0));
    const sum = row.reduce((a, b) => a + b, 0);
    for (const [key, part] of row.entries()) {
      const weight = sum > 0 ? Math.fround(part / sum) : 0;
      weights[query * keys + key] = weight;
      visible[query * keys + key] = isSeen(query, key) ? 1 : 0;
      if (weight > 0) entropy[query] = (entropy[query] as number) - weight * Math.log(weight);
    }
  }
  return { weights, visible, entropy };
}

const headAt = (layer: number, head: number, of: ReturnType<typeof headOf>): PlacedHead => ({
  ...{ layer, head, label: `label ${head}`, scores: { ...noScores, induction: head / 10 }, ...of },
});

interface Place {
  readonly layer: number;
  readonly head: number;
}
type PlacedHead = HeadToRecord & Place;
/** A part whose heads are all there at once. */
type WholePart = Omit<PartToRecord, "heads" | "read"> & { readonly heads: readonly PlacedHead[] };

const writeRecording = ({
  parts,
  ...rest
}: {
  title: string;
  source: string;
  bits: 8 | 16;
  parts: readonly WholePart[];
}) => write({ ...rest, parts: parts.map((part) => ({ ...part, read: (i: number) => part.heads[i] as PlacedHead })) });

/** A head of 2 × 2 weights, all of them visible. */
const seeing = (layer: number, head: number, weights: readonly number[]): PlacedHead => ({
  ...headAt(
    layer,
    head,
    headOf(2, 2, () => true),
  ),
  weights: Float32Array.from(weights),
});

const tokens = (count: number) => Array.from({ length: count }, (_, i) => ` t${i}`);

const causal = (query: number, key: number) => key <= query;

function decoder(count: number, isSeen = causal): WholePart {
  const heads = [0, 1, 2].map((i) => headAt(i % 2, i, headOf(count, count, isSeen, i + 1)));
  return { kind: "decoder", causal: true, layers: 2, headsOfLayer: 3, queryTokens: tokens(count), heads };
}

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
const recorded = async (parts: readonly WholePart[], bits: 8 | 16 = 8) =>
  readRecording(await bytesOf(await writeRecording({ title: "a title", source: "A sentence.", bits, parts })));

function expectWithin({ weights, errors, keys }: DecodedHead, wanted: Float32Array) {
  expect(weights.length).toBe(wanted.length);
  // Half a step, and what float32 rounds.
  for (const [i, weight] of weights.entries())
    expect(Math.abs(weight - (wanted[i] as number))).toBeLessThanOrEqual(errors[Math.floor(i / keys)] as number);
}

describe("a recording", () => {
  for (const bits of [8, 16] as const)
    it(`of ${bits} bits has every weight within the error that it states`, async () => {
      const part = decoder(40);
      const { title, source, parts, bits: read } = await recorded([part], bits);
      expect({ title, source, read }).toEqual({ title: "a title", source: "A sentence.", read: bits });
      expect(parts[0].queryTokens).toEqual(tokens(40));
      expect(parts[0].causal).toBe(true);
      for (const [i, head] of part.heads.entries()) {
        const decoded = parts[0].decode(i);
        expectWithin(decoded, head.weights);
        expect(decoded.entropy).toEqual(head.entropy);
        expect(decoded.visible).toBeUndefined();
        expect(Array.from(decoded.visibleKeys)).toEqual(tokens(40).map((_, query) => query + 1));
        // A row's largest weight is at most 1, so that 8 bits are within 1/510 and 16 within 1/131070 of it.
        const most = errorOfStep(1 / (2 ** bits - 1));
        expect(Math.max(...decoded.errors)).toBeLessThanOrEqual(most * (1 + 1e-6));
        expect(parts[0].heads[i]).toMatchObject({ layer: i % 2, head: i, label: `label ${i}` });
        expect(parts[0].heads[i]?.scores.induction).toBeCloseTo(i / 10, 6);
      }
    });

  it("keeps what is hidden apart from a weight of 0", async () => {
    const window = (query: number, key: number) => key <= query && key > query - 3;
    const part = decoder(9, window);
    const decoded = (await recorded([part])).parts[0].decode(1);
    expect(decoded.visible).toEqual(part.heads[1]?.visible);
    expect(Array.from(decoded.visibleKeys)).toEqual([1, 2, 3, 3, 3, 3, 3, 3, 3]);
    expectWithin(decoded, part.heads[1]?.weights as Float32Array);
  });

  it("has the three parts of an encoder-decoder, each with the tokens of its axes", async () => {
    const part = (
      kind: PartToRecord["kind"],
      queries: number,
      keys: number,
      isSeen: (q: number, k: number) => boolean,
    ) => ({
      ...{ kind, causal: kind === "decoder", layers: 1, headsOfLayer: 1, queryTokens: tokens(queries) },
      ...(kind === "cross" ? { keyTokens: tokens(keys).map((name) => `source${name}`) } : {}),
      heads: [headAt(0, 0, headOf(queries, keys, isSeen))],
    });
    const all = () => true;
    const { parts } = await recorded([
      part("encoder", 5, 5, all),
      part("decoder", 3, 3, causal),
      part("cross", 3, 5, all),
    ]);
    expect(parts.map(({ kind, causal }) => [kind, causal])).toEqual([
      ["encoder", false],
      ["decoder", true],
      ["cross", false],
    ]);
    const cross = parts[2]?.decode(0);
    expect([cross?.queries, cross?.keys]).toEqual([3, 5]);
    expect(parts[2]?.keyTokens[4]).toBe("source t4");
  });

  it("of the 144 heads of a text of 64 tokens takes at most 400 KB in 8 bits", async () => {
    const heads = Array.from({ length: 144 }, (_, i) =>
      headAt(Math.floor(i / 12), i % 12, headOf(64, 64, causal, i + 1)),
    );
    const part: WholePart = {
      kind: "decoder",
      causal: true,
      layers: 12,
      headsOfLayer: 12,
      queryTokens: tokens(64).map((name) => `${name} a word`),
      heads,
    };
    const blob = await writeRecording({ title: "GPT-2", source: "A sentence.", bits: 8, parts: [part] });
    expect(blob.size).toBeLessThanOrEqual(400_000);
  });

  it("is a safetensors file", async () => {
    const file = storedTensors(
      await bytesOf(await writeRecording({ title: "", source: "", bits: 16, parts: [decoder(4)] })),
    );
    expect(file.tensors.map(({ name, shape, dtype }) => [name, dtype, ...shape])).toEqual([
      ["decoder.steps", "F32", 3, 4],
      ["decoder.entropy", "F32", 3, 4],
      ["decoder.scores", "F32", 3, 8],
      ["decoder.weights", "U16", 3, 10],
    ]);
  });

  it("of a row of zeros has zeros, without an error", async () => {
    const part = { ...decoder(2), causal: false, heads: [seeing(0, 0, [0, 0, 0.25, 0.75])] };
    const decoded = (await recorded([part])).parts[0].decode(0);
    expect([...decoded.weights.subarray(0, 2), decoded.errors[0]]).toEqual([0, 0, 0]);
  });

  it("is not made of what is no weight, nor of a causal head that looks ahead", async () => {
    const write = (head: PlacedHead) => recorded([{ ...decoder(2), causal: head.layer === 1, heads: [head] }]);
    await expect(write(seeing(0, 2, [0.5, Number.NaN, 0.25, 0.75]))).rejects.toThrow("layer 0, head 2 holds NaN");
    await expect(write(seeing(0, 2, [0.5, -0.5, 0.25, 0.75]))).rejects.toThrow("holds -0.5, which is no weight");
    await expect(write(seeing(0, 2, [0.5, 0.5, 1]))).rejects.toThrow("has 3 weights of 2 × 2 tokens");
    await expect(write(seeing(1, 2, [0.5, 0.5, 0.25, 0.75]))).rejects.toThrow("query 0 sees a key after it");
  });
});

describe("cells", () => {
  it("of a triangle are those of its rows", () => {
    for (const [queries, keys] of [
      [1, 1],
      [4, 4],
      [3, 7],
    ] as const) {
      const layout = { causal: true, queries, keys };
      const sum = tokens(queries).reduce((total, _, query) => total + cellsOfRow(layout, query), 0);
      expect(cellsOfHead(layout)).toBe(sum);
    }
    expect(() => cellsOfHead({ causal: true, queries: 5, keys: 4 })).toThrow("5 queries to 4 keys");
  });
});

/** As a header may be written, its one part apart. */
type Parts = { [name: string]: unknown; heads: unknown[]; labels: unknown[]; queryTokens: unknown[] };
type Header = Record<string, unknown> & { parts: [Parts, ...unknown[]] };
type Tensors = Record<string, Record<string, unknown> | undefined>;

/** The file with another header. */
async function changed(change: (header: Header, tensors: Tensors) => void): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await bytesOf(await writeRecording({ title: "", source: "", bits: 8, parts: [decoder(4)] }));
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const tensors = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const header = JSON.parse(tensors.__metadata__.heed_recording);
  change(header, tensors);
  if (tensors.__metadata__?.heed_recording) tensors.__metadata__.heed_recording = JSON.stringify(header);
  const text = new TextEncoder().encode(JSON.stringify(tensors));
  const all = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(all.buffer).setBigUint64(0, BigInt(text.length), true);
  all.set(text, 8);
  all.set(bytes.subarray(8 + length), 8 + text.length);
  return all;
}

describe("a damaged recording is refused with what is wrong:", () => {
  const cases: readonly [string, (header: Header, tensors: Tensors) => void][] = [
    ["it is no recording", (_, tensors) => delete tensors.__metadata__],
    ["version 2", (header) => (header.version = 2)],
    ["have 12 bits", (header) => (header.bits = 12)],
    ["decoder.weights is of type U8; it should be U16", (header) => (header.bits = 16)],
    ['a part is of kind "self"', (header) => (header.parts[0].kind = "self")],
    ["there is no tensor cross.weights", (header) => (header.parts[0].kind = "cross")],
    ["two parts of kind decoder", (header) => header.parts.push(header.parts[0])],
    ["it has no parts", (header) => Object.assign(header, { parts: [] })],
    ["its parts are 3", (header) => Object.assign(header, { parts: 3 })],
    ["decoder.weights has a shape (3, 10); it should be (3, 16)", (header) => (header.parts[0].causal = false)],
    ["decoder.weights has a shape (3, 10); it should be (3, 15)", (header) => header.parts[0].queryTokens.push("x")],
    [
      "5 queries to 4 keys",
      (header) => Object.assign(header.parts[0], { queryTokens: tokens(5), keyTokens: tokens(4) }),
    ],
    ["queryTokens[1] is 7, not a text", (header) => (header.parts[0].queryTokens[1] = 7)],
    ["queryTokens is empty", (header) => (header.parts[0].queryTokens = [])],
    [
      "decoder.weights has a shape (3, 10); it should be (4, 10)",
      (header) =>
        Object.assign(header.parts[0], {
          heads: [
            [0, 0],
            [0, 1],
            [0, 2],
            [1, 0],
          ],
          labels: ["", "", "", ""],
        }),
    ],
    ["a head is [0,3], and there are 2 layers of 3 heads", (header) => (header.parts[0].heads[0] = [0, 3])],
    ["a head is [-1,0]", (header) => (header.parts[0].heads[0] = [-1, 0])],
    ["head [1,1] is there twice", (header) => (header.parts[0].heads[0] = [1, 1])],
    ["2 labels of 3 heads", (header) => header.parts[0].labels.pop()],
    ["layers is 100000000", (header) => (header.parts[0].layers = 1e8)],
    ["source is 3, not a text", (header) => (header.source = 3)],
  ];
  for (const [message, change] of cases)
    it(message, async () => {
      const bytes = await changed(change);
      expect(() => readRecording(bytes)).toThrow(FormatError);
      expect(() => readRecording(bytes)).toThrow(message);
    });

  it("a step that is no number", async () => {
    const bytes = await bytesOf(await writeRecording({ title: "", source: "", bits: 8, parts: [decoder(4)] }));
    const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    new DataView(bytes.buffer).setFloat32(start + 4, Number.NaN, true);
    expect(() => readRecording(bytes)).toThrow("decoder.steps holds NaN at place 1");
  });

  it("one that is given to a reader of numbers", async () => {
    const bytes = await bytesOf(await writeRecording({ title: "", source: "", bits: 8, parts: [decoder(4)] }));
    await expect(async () => readFile(bytes, "a.heed")).rejects.toThrow(
      "a.heed: it is a recording of attention, which <heed-recording> shows",
    );
  });
});
