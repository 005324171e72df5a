/** The worker and who asks it, with the fixtures' own models and without a browser. */
import { expect, it } from "vitest";
import { initialState } from "../../../web/src/explorer/state";
import { ModelWorker } from "../../../web/src/explorer/worker/client";
import type { Answer, Changes, ExplorerSource, Question, RunInput } from "../../../web/src/explorer/worker/protocol";
import { serve } from "../../../web/src/explorer/worker/serve";
import type { ModelInfo } from "../../../web/src/models/models";
import { fixtureNames, modelFixture } from "../../package/model-fixture.mjs";

const none = initialState.changes;

/** As a worker receives it, but for files: Node's structuredClone makes nameless blobs of them. They cannot be changed. */
function copyOf<T>(value: T): T {
  if (value instanceof File) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (Object.prototype.toString.call(value) !== "[object Object]") return structuredClone(value);
  return Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, copyOf(each)])) as T;
}

/** Both ends of a channel as a worker's are: questions and answers are copied. */
function startWorker(): ModelWorker {
  const outside = new EventTarget();
  let receive: (event: MessageEvent<Question>) => void = () => {};
  serve({
    addEventListener: (_, listener) => {
      receive = listener;
    },
    postMessage: (answer: Answer, options = { transfer: [] }) => {
      const data = structuredClone(answer, options);
      outside.dispatchEvent(new MessageEvent("message", { data }));
    },
  });
  return new ModelWorker({
    addEventListener: outside.addEventListener.bind(outside),
    postMessage: (question: Question) => receive(new MessageEvent("message", { data: copyOf(question) })),
  } as Worker);
}

async function open(worker: ModelWorker, source: ExplorerSource) {
  const opened = await worker.ask("open", { source });
  await worker.ask("adopt", "first");
  return opened;
}

function fixture(name: string) {
  const { files, expected, float32Error } = modelFixture(name);
  const source = { files: Object.entries(files).map(([file, bytes]) => new File([bytes as BlobPart], file)) };
  return { source, expected, float32Error, ids: Array.from(expected.input_ids?.data ?? []) };
}

function inputOf(expected: ReturnType<typeof fixture>["expected"]): RunInput {
  const ids = (name: string) => expected[name] && Array.from(expected[name].data);
  return {
    ids: ids("input_ids") ?? [],
    typeIds: ids("token_type_ids"),
    targetIds: ids("decoder_input_ids"),
    pixels: expected.pixel_values && {
      data: Float32Array.from(expected.pixel_values.data),
      shape: expected.pixel_values.shape,
    },
  };
}

it("there is a fixture for each of the 48 models", () => expect(fixtureNames).toHaveLength(48));

for (const name of fixtureNames)
  it(`${name}: heads, thumbnails, predictions and the lens are what transformers computes`, async () => {
    const { source, expected, float32Error } = fixture(name);
    const worker = startWorker();
    const told: number[] = [];
    const { info, readsText } = await worker.ask(
      "open",
      { source },
      { onProgress: ({ loaded, total }) => told.push(loaded / total) },
    );
    await worker.ask("adopt", "first");
    expect(told.at(-1)).toBe(1);
    expect(readsText).toBe(false);
    const attentions = await worker.ask("run", { run: "plain", input: inputOf(expected) });
    const isPair = info.kind === "encoder-decoder";
    expect(attentions.map(({ kind }) => kind)).toEqual(
      isPair ? ["encoder", "decoder", "cross"] : [info.kind === "decoder" ? "decoder" : "encoder"],
    );
    // Weights are recomputed from the log-sum-exp, and are off by the rounding of both; logits come near 512.
    const tolerance = Math.max(1e-5, 4 * float32Error) + 2 * 512 * 2 ** -24;
    let compared = 0;
    for (const { kind, heads, queries, keys } of attentions)
      for (const [layer, count] of heads.entries()) {
        const wanted = expected[`${isPair ? `${kind}_` : ""}attentions.${layer}`];
        if (!wanted) continue;
        expect(wanted.shape).toEqual([1, count, queries, keys]);
        const reports = await worker.ask("layer", { layer, block: 1, kind });
        expect(reports).toHaveLength(count);
        const size = queries * keys;
        const sum = new Float64Array(size);
        for (let head = 0; head < count; head++) {
          const { weights } = await worker.ask("head", { run: "plain", layer, head, kind });
          let worst = 0;
          for (let i = 0; i < size; i++) {
            const weight = wanted.data[head * size + i] as number;
            sum[i] = (sum[i] as number) + weight / count;
            worst = Math.max(worst, Math.abs((weights[i] as number) - weight));
          }
          expect(worst).toBeLessThan(tolerance);
          expect(reports[head]?.thumbnail.cells).toEqual(weights);
          compared++;
        }
        const mean = await worker.ask("head", { run: "plain", layer, head: null, kind });
        for (let i = 0; i < size; i++)
          expect(Math.abs((mean.weights[i] as number) - (sum[i] as number))).toBeLessThan(tolerance);
      }
    expect(compared).toBeGreaterThan(0);
    await comparePredictions(worker, info, expected);
  });

/** Of the last position that the fixture keeps, or the classes of an image. */
async function comparePredictions(
  worker: ModelWorker,
  info: ModelInfo,
  expected: ReturnType<typeof fixture>["expected"],
) {
  const { data = [], shape = [] } = expected.logits ?? {};
  const count = shape.at(-1) ?? 0;
  const rows = data.length / count;
  const position = expected["logits.positions"]?.data[rows - 1] ?? rows - 1;
  const ask = () => worker.ask("predictions", { run: "plain", position, which: count });
  if (info.predicts === "nothing") return expect(ask()).rejects.toThrow("has no logits");
  expect(info.predicts).toBe(info.kind === "image" ? "classes" : "tokens");
  const logits = Float64Array.from(data).slice((rows - 1) * count);
  const predictions = await ask();
  const scale = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
  expect(predictions).toHaveLength(count);
  for (const { id, logit } of predictions) expect(Math.abs(logit - (logits[id] as number))).toBeLessThan(1e-4 * scale);
  const lens = await worker.ask("lens", { position, count: 2 });
  expect(lens).toHaveLength(info.layers + 1);
  expect(lens.at(-1)).toEqual(predictions.slice(0, 2));
}

it("a text is read as the kind of the model asks for", async () => {
  const worker = startWorker();
  const ask = (second: string, added: number[] = []) => worker.ask("encode", { text: "5 6 7", second, added });
  await open(worker, fixture("gpt2").source);
  expect(await ask("8 9", [1])).toEqual({ input: { ids: [5, 6, 7, 1] }, names: ["5", " 6", " 7", "1"], unknown: [] });
  const { info } = await open(worker, fixture("t5").source);
  const start = info.decoderStart ?? 0;
  expect((await ask("8 9")).input).toEqual({ ids: [5, 6, 7], targetIds: [8, 9] });
  expect(await ask("", [4])).toMatchObject({
    input: { ids: [5, 6, 7], targetIds: [start, 4] },
    targetNames: [String(start), "4"],
  });
  await open(worker, fixture("vit").source);
  expect(await ask("8 9")).toEqual({ input: { ids: [] }, names: [], unknown: [] });
});

it("a text goes on with tokens that the seed decides, and with the most likely at temperature 0", async () => {
  const { source, ids } = fixture("gpt2");
  const worker = startWorker();
  await open(worker, source);
  const input = { ids };
  await worker.ask("run", { run: "plain", input });
  const [best] = await worker.ask("predictions", { run: "plain", position: ids.length - 1, which: 1 });
  const next = (temperature: number, seed: number) =>
    worker.ask("next", { input, temperature, topK: 0, topP: 1, seed });
  expect((await next(0, 1))?.id).toBe(best?.id);
  expect(await next(2, 7)).toEqual(await next(2, 7));
  const drawn = await Promise.all(Array.from({ length: 12 }, (_, seed) => next(2, seed)));
  expect(new Set(drawn.map((each) => each?.id)).size).toBeGreaterThan(1);
});

for (const name of ["gpt2", "llama", "bloom", "t5"])
  it(`${name}: a text that goes on is computed from the keys and values that are kept, and one that is taken back not at all`, async () => {
    const { source, expected } = fixture(name);
    const worker = startWorker();
    await open(worker, source);
    const whole = inputOf(expected);
    const first = (count: number): RunInput =>
      whole.targetIds
        ? { ...whole, targetIds: whole.targetIds.slice(0, count) }
        : { ids: whole.ids.slice(0, count), typeIds: Array<number>(count).fill(0) };
    const size = (whole.targetIds ?? whole.ids).length;
    const run = (count: number) => worker.ask("run", { run: "plain", input: first(count) });
    const kept = () => worker.ask("keptKeys", null);
    const look = () =>
      Promise.all([
        worker.ask("head", { run: "plain", layer: 1, head: 1 }),
        worker.ask("predictions", { run: "plain", position: size - 1, which: 3 }),
      ]);
    await run(size);
    expect(await kept()).toMatchObject({ tokens: size, computed: size });
    const [head, predictions] = await look();
    await run(size - 2);
    expect(await kept()).toMatchObject({ tokens: size - 2, computed: 0 });
    await run(size);
    expect(await kept()).toMatchObject({ tokens: size, computed: 2 });
    const [again, same] = await look();
    expect(again.visible).toEqual(head.visible);
    for (const [i, weight] of head.weights.entries()) expect(again.weights[i]).toBeCloseTo(weight, 4);
    expect(same.map(({ id }) => id)).toEqual(predictions.map(({ id }) => id));
    // Another text is computed anew.
    const { ids, targetIds } = first(size);
    const other = [9, ...(targetIds ?? ids).slice(1)];
    await worker.ask("run", { run: "plain", input: targetIds ? { ids, targetIds: other } : { ids: other } });
    expect(await kept()).toMatchObject({ tokens: size, computed: size });
  });

it("a token that is replaced, and a hidden state of another text, change what is predicted", async () => {
  const { source, ids } = fixture("gpt2");
  const worker = startWorker();
  await open(worker, source);
  const last = ids.length - 1;
  const ask = (run: "plain" | "changed") => worker.ask("predictions", { run, position: last, which: [1, 2] });
  const run = (changes: Partial<Changes>, other?: RunInput) =>
    worker.ask("run", { run: "changed", input: { ids }, changes: { ...none, ...changes }, other });
  await worker.ask("run", { run: "plain", input: { ids } });
  await run({ replace: [{ position: 2, id: 9 }] });
  const replaced = await ask("changed");
  expect(replaced).not.toEqual(await ask("plain"));
  // All that enters the first layer taken from a text makes it that text.
  const other = { ids: ids.map((id, i) => (i === 2 ? 9 : id)) };
  await run({ patch: ids.map((_, position) => ({ layer: 0, position })) }, other);
  expect(await ask("changed")).toEqual(replaced);
  expect(await worker.ask("divergence", { run: "changed", layer: 0 })).toHaveLength(4);
  expect(Math.max(...(await worker.ask("divergence", { run: "changed", layer: 0 })))).toBeGreaterThan(0);
  await expect(run({ patch: [{ layer: 0, position: 0 }] })).rejects.toThrow("there is no other text");
});

it("the weights between words, and the difference of two runs, are made of the heads' own weights", async () => {
  const { source, ids } = fixture("gpt2");
  const worker = startWorker();
  await open(worker, source);
  await worker.ask("run", { run: "plain", input: { ids } });
  await worker.ask("run", {
    run: "changed",
    input: { ids },
    changes: { ...none, ablate: [{ layer: 0, head: 0 }] },
  });
  const size = ids.length;
  const alone = [...ids.keys()];
  for (const head of [2, null]) {
    const place = { layer: 1, head };
    const { weights } = await worker.ask("head", { run: "plain", ...place });
    const changed = await worker.ask("head", { run: "changed", ...place });
    expect(await worker.ask("groups", { ...place, queryGroups: alone, keyGroups: alone })).toEqual(weights);
    // Queries 3 and 4 together, to the first two keys and to the third.
    const queryGroups = alone.map((i) => (i === 3 || i === 4 ? 0 : -1));
    const keyGroups = alone.map((i) => (i < 2 ? 0 : i === 2 ? 1 : -1));
    const between = await worker.ask("groups", { ...place, queryGroups, keyGroups });
    const at = (query: number, key: number) => weights[query * size + key] ?? 0;
    // Float32 of sums in double precision.
    expect(between[0]).toBeCloseTo((at(3, 0) + at(3, 1) + at(4, 0) + at(4, 1)) / 2, 6);
    expect(between[1]).toBeCloseTo((at(3, 2) + at(4, 2)) / 2, 6);
    const difference = await worker.ask("difference", { run: "changed", ...place });
    expect(difference.weights[4 * size + 1]).toBe(Math.fround((changed.weights[4 * size + 1] ?? 0) - at(4, 1)));
    expect(difference.largest).toBeCloseTo(Math.max(...difference.weights.map(Math.abs)), 6);
  }
  await expect(worker.ask("groups", { layer: 1, head: 0, queryGroups: [0], keyGroups: alone })).rejects.toThrow(
    "shape (1, 1, 1, 16) needs 16 values but there are 256",
  );
});

it("what a head computes besides weights, and direct effects, are those of the run", async () => {
  const { source, ids } = fixture("llama");
  const worker = startWorker();
  await open(worker, source);
  await worker.ask("run", { run: "plain", input: { ids } });
  const size = ids.length;
  const { weights } = await worker.ask("head", { run: "plain", layer: 1, head: 2 });
  const logits = await worker.ask("values", { layer: 1, head: 2, which: "logit" });
  const pair = await worker.ask("explain", { layer: 1, head: 2, query: 5, key: 3 });
  expect(pair.logit).toBeCloseTo(logits[5 * size + 3] as number, 4);
  expect(pair.weight).toBe(weights[5 * size + 3]);
  expect(Math.exp(pair.logit - pair.logSumExp)).toBeCloseTo(pair.weight, 5);
  expect(pair.rotary).toBe(true);
  const rollout = await worker.ask("rollout", { position: 4, keyGroups: [...ids.keys()] });
  expect(rollout.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  const ofTwo = await worker.ask("rollout", { position: 4, keyGroups: ids.map((_, i) => (i < 3 ? 0 : 1)) });
  expect(ofTwo[0]).toBeCloseTo((rollout[0] ?? 0) + (rollout[1] ?? 0) + (rollout[2] ?? 0), 6);
  const [best, second] = await worker.ask("predictions", { run: "plain", position: 7, which: 2 });
  const token = best?.id ?? 0;
  const one = await worker.ask("effects", { position: 7, token, other: null });
  expect(Math.abs(one.logit - (best?.logit ?? 0))).toBeLessThan(1e-4);
  const two = await worker.ask("effects", { position: 7, token, other: second?.id ?? 0 });
  expect(Math.abs(two.logit - ((best?.logit ?? 0) - (second?.logit ?? 0)))).toBeLessThan(1e-4);
  await open(worker, fixture("bert").source);
  await worker.ask("run", { run: "plain", input: { ids } });
  await expect(worker.ask("effects", { position: 7, token, other: null })).rejects.toThrow("no sum of direct effects");
});

it("a head that is off and a key that is hidden change what is predicted, and only in the run that says so", async () => {
  const { source, ids } = fixture("gpt2");
  const worker = startWorker();
  await open(worker, source);
  await worker.ask("run", { run: "plain", input: { ids } });
  const ask = (run: "plain" | "changed") => worker.ask("predictions", { run, position: ids.length - 1, which: [1, 2] });
  const plain = await ask("plain");
  await worker.ask("run", { run: "changed", input: { ids }, changes: none });
  expect(await ask("changed")).toEqual(plain);
  await worker.ask("run", { run: "changed", input: { ids }, changes: { ...none, ablate: [{ layer: 1, head: 2 }] } });
  expect(await ask("changed")).not.toEqual(plain);
  await worker.ask("run", {
    run: "changed",
    input: { ids },
    changes: { ...none, mask: [{ layer: 0, head: 0, query: 4, key: 2 }] },
  });
  expect(await ask("changed")).not.toEqual(plain);
  expect(await ask("plain")).toEqual(plain);
});

it("what is no longer wanted is not done, and what goes wrong is a sentence", async () => {
  const { source, ids } = fixture("llama");
  const worker = startWorker();
  await expect(worker.ask("run", { run: "plain", input: { ids } })).rejects.toThrow("no model is open");
  await expect(worker.ask("open", { source: { files: [] } })).rejects.toThrow("there is no config.json");
  const controller = new AbortController();
  const opening = worker.ask("open", { source }, { signal: controller.signal });
  controller.abort();
  await expect(opening).rejects.toThrow(/abort/);
  await expect(worker.ask("head", { run: "plain", layer: 0, head: 0 })).rejects.toThrow("there is no run of a text");
  await open(worker, source);
  await expect(worker.ask("run", { run: "plain", input: { ids: [1, 256] } })).rejects.toThrow("256");
  await worker.ask("run", { run: "plain", input: { ids } });
  await expect(worker.ask("head", { run: "plain", layer: 9, head: 0 })).rejects.toThrow("there is no layer 9 among 2");
  const gone = AbortSignal.abort();
  await expect(worker.ask("lens", { position: 0, count: 1 }, { signal: gone })).rejects.toThrow(/abort/);
});

it("the model that is open stays until the next is adopted", async () => {
  const gpt2 = fixture("gpt2");
  const worker = startWorker();
  await expect(worker.ask("adopt", "first")).rejects.toThrow("no model was opened");
  await open(worker, gpt2.source);
  await worker.ask("run", { run: "plain", input: { ids: gpt2.ids } });
  const ask = () => worker.ask("predictions", { run: "plain", position: 3, which: 3 });
  const before = await ask();
  await worker.ask("open", { source: fixture("llama").source });
  expect(await ask()).toEqual(before);
  await worker.ask("adopt", "first");
  await expect(ask()).rejects.toThrow("there is no run of a text");
});

it("another text and another model stand beside the first, and how far heads move is the same in one instance and in two", async () => {
  const { source, ids } = fixture("gpt2");
  const worker = startWorker();
  await open(worker, source);
  const other = ids.map((id, i) => (i === 2 ? 9 : id));
  await worker.ask("run", { run: "plain", input: { ids } });
  await worker.ask("run", { run: "compared", input: { ids: other } });
  const ask = (layer: number) => worker.ask("divergence", { run: "compared", layer });
  const within = [await ask(0), await ask(1)];
  expect(Math.max(...within.flat())).toBeGreaterThan(0);
  // The same weights in an instance of the core of its own.
  await worker.ask("open", { source });
  await worker.ask("adopt", "second");
  await expect(ask(0)).rejects.toThrow("there is no run of a text");
  await worker.ask("run", { run: "compared", input: { ids: other } });
  expect([await ask(0), await ask(1)]).toEqual(within);
  await worker.ask("run", { run: "compared", input: { ids } });
  expect(await ask(1)).toEqual([0, 0, 0, 0]);
  await worker.ask("run", { run: "compared", input: { ids: [1, 2] } });
  const sizes = `the runs have ${ids.length} and 2 queries, and ${ids.length} and 2 keys; they must have the same`;
  await expect(ask(0)).rejects.toThrow(sizes);
  // A model of another family reads the text with a reader of its own; the first stays as it is.
  const bert = fixture("bert");
  await worker.ask("open", { source: bert.source });
  await worker.ask("adopt", "second");
  const typed = { text: bert.ids.join(" "), second: "", added: [], run: "compared" } as const;
  const read = await worker.ask("encode", typed);
  expect(read.input.ids).toEqual(bert.ids);
  const [attention] = await worker.ask("run", { run: "compared", input: inputOf(bert.expected) });
  expect(attention?.kind).toBe("encoder");
  const { weights } = await worker.ask("head", { run: "compared", layer: 1, head: 2 });
  const wanted = bert.expected["attentions.1"]?.data ?? [];
  const size = weights.length;
  expect(size).toBe(bert.ids.length ** 2);
  const tolerance = Math.max(1e-5, 4 * bert.float32Error) + 2 * 512 * 2 ** -24;
  for (let i = 0; i < size; i++)
    expect(Math.abs((weights[i] as number) - (wanted[2 * size + i] as number))).toBeLessThan(tolerance);
  expect(await ask(0)).toHaveLength(4);
  await worker.ask("closeSecond", null);
  await expect(ask(0)).rejects.toThrow("there is no run of a text");
  expect((await worker.ask("head", { run: "plain", layer: 0, head: 0 })).queries).toBe(ids.length);
});

it("many texts have of each head the mean, the spread and the most of each score; what cannot be read is left out", async () => {
  const worker = startWorker();
  await open(worker, fixture("gpt2").source);
  const told: number[] = [];
  const texts = ["1 2 3 1 2 3", "", "4 5 6 7", "999", "8 8 8 8 8"];
  const found = await worker.ask("many", { texts }, { onProgress: ({ loaded }) => told.push(loaded) });
  expect(told).toEqual([0, 1, 2, 3, 4]);
  expect(found.texts).toEqual([texts[0], texts[2], texts[4]]);
  expect(found.skipped).toBe(2);
  const entropies: number[] = [];
  for (const text of found.texts) {
    const { input } = await worker.ask("encode", { text, second: "", added: [] });
    await worker.ask("run", { run: "plain", input });
    entropies.push((await worker.ask("layer", { layer: 1, block: 1 }))[2]?.entropy ?? Number.NaN);
  }
  const mean = entropies.reduce((sum, each) => sum + each, 0) / 3;
  const spread = found.heads[1]?.[2]?.entropy;
  expect(spread?.mean).toBeCloseTo(mean, 12);
  expect(spread?.deviation).toBeCloseTo(
    Math.sqrt(entropies.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 3),
    12,
  );
  expect(spread?.largest).toBe(Math.max(...entropies));
  expect(spread?.largestAt).toBe(entropies.indexOf(Math.max(...entropies)));
  await expect(worker.ask("many", { texts: ["", "x"] })).rejects.toThrow("the model reads none of the 2 lines");
});
