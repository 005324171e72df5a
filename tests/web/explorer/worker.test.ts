/** The worker and who asks it, with the fixtures' own models and without a browser. */
import { expect, it } from "vitest";
import { ModelWorker } from "../../../web/src/explorer/worker/client";
import type { Answer, Question } from "../../../web/src/explorer/worker/protocol";
import { serve } from "../../../web/src/explorer/worker/serve";
import { modelFixture } from "../../package/model-fixture.mjs";

/** Both ends of a channel as a worker's are; answers are copied. */
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
    postMessage: (data: Question) => receive(new MessageEvent("message", { data })),
  } as Worker);
}

function fixture(name: string) {
  const { files, expected } = modelFixture(name);
  const source = { files: Object.entries(files).map(([file, bytes]) => new File([bytes as BlobPart], file)) };
  return { source, expected, ids: Array.from(expected.input_ids?.data ?? []) };
}

for (const name of ["gpt2", "llama", "bert"])
  it(`${name}: heads, thumbnails, predictions and the lens are what transformers computes`, async () => {
    const { source, expected, ids } = fixture(name);
    const worker = startWorker();
    const told: number[] = [];
    const { info, readsText, predictsTokens } = await worker.ask(
      "open",
      { source },
      { onProgress: ({ loaded, total }) => told.push(loaded / total) },
    );
    expect(told.at(-1)).toBe(1);
    expect([readsText, predictsTokens]).toEqual([false, true]);
    const text = await worker.ask("encode", { text: ids.join(" "), added: [] });
    expect(text.ids).toEqual(ids);
    const typeIds = expected.token_type_ids && Array.from(expected.token_type_ids.data);
    await worker.ask("run", { run: "plain", ids, typeIds });
    const size = ids.length * ids.length;
    for (let layer = 0; layer < info.layers; layer++) {
      const weights = expected[`attentions.${layer}`]?.data ?? [];
      const reports = await worker.ask("layer", { layer, block: 1 });
      expect(reports).toHaveLength(info.heads);
      const sum = new Float32Array(size);
      for (let head = 0; head < info.heads; head++) {
        const of = await worker.ask("head", { layer, head });
        for (let i = 0; i < size; i++) {
          const wanted = weights[head * size + i] as number;
          sum[i] = (sum[i] as number) + wanted / info.heads;
          expect(of.weights[i]).toBeCloseTo(wanted, 4);
          expect(reports[head]?.thumbnail.cells[i]).toBe(of.weights[i]);
        }
      }
      const mean = await worker.ask("head", { layer, head: null });
      for (let i = 0; i < size; i++) expect(mean.weights[i]).toBeCloseTo(sum[i] as number, 4);
    }
    const position = ids.length - 1;
    const logits = lastLogits(expected, position);
    const predictions = await worker.ask("predictions", { run: "plain", position, which: 5 });
    expect(predictions.map(({ id }) => id)).toEqual(
      [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number)).slice(0, 5),
    );
    const scale = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    for (const { id, logit } of predictions)
      expect(Math.abs(logit - (logits[id] as number))).toBeLessThan(1e-4 * scale);
    const lens = await worker.ask("lens", { position, count: 2 });
    expect(lens).toHaveLength(info.layers + 1);
    expect(lens.at(-1)).toEqual(predictions.slice(0, 2));
  });

/** Of the last position; where the fixture keeps some positions only, it is among them. */
function lastLogits(
  expected: Record<string, { data: ArrayLike<number>; shape: number[] }>,
  position: number,
): Float32Array {
  const { data = [], shape = [] } = expected.logits ?? {};
  const vocabulary = shape.at(-1) ?? 0;
  const kept = expected["logits.positions"]?.data;
  const row = kept ? Array.from(kept).indexOf(position) : position;
  return Float32Array.from(data).slice(row * vocabulary, (row + 1) * vocabulary);
}

it("a head that is off and a key that is hidden change what is predicted, and only in the run that says so", async () => {
  const { source, ids } = fixture("gpt2");
  const worker = startWorker();
  await worker.ask("open", { source });
  await worker.ask("run", { run: "plain", ids });
  const ask = (run: "plain" | "changed") => worker.ask("predictions", { run, position: ids.length - 1, which: [1, 2] });
  const plain = await ask("plain");
  const none = { ablate: [], mask: [] };
  await worker.ask("run", { run: "changed", ids, changes: none });
  expect(await ask("changed")).toEqual(plain);
  await worker.ask("run", { run: "changed", ids, changes: { ...none, ablate: [{ layer: 1, head: 2 }] } });
  expect(await ask("changed")).not.toEqual(plain);
  await worker.ask("run", {
    run: "changed",
    ids,
    changes: { ...none, mask: [{ layer: 0, head: 0, query: 4, key: 2 }] },
  });
  expect(await ask("changed")).not.toEqual(plain);
  expect(await ask("plain")).toEqual(plain);
});

it("what is no longer wanted is not done, and what goes wrong is a sentence", async () => {
  const { source, ids } = fixture("llama");
  const worker = startWorker();
  await expect(worker.ask("run", { run: "plain", ids })).rejects.toThrow("no model is open");
  await expect(worker.ask("open", { source: { files: [] } })).rejects.toThrow("there is no config.json");
  const controller = new AbortController();
  const opening = worker.ask("open", { source }, { signal: controller.signal });
  controller.abort();
  await expect(opening).rejects.toThrow(/abort/);
  await expect(worker.ask("head", { layer: 0, head: 0 })).rejects.toThrow("there is no run of a text");
  await worker.ask("open", { source });
  await expect(worker.ask("run", { run: "plain", ids: [1, 256] })).rejects.toThrow("256");
  await worker.ask("run", { run: "plain", ids });
  await expect(worker.ask("head", { layer: 9, head: 0 })).rejects.toThrow("there is no layer 9 among 2");
  const gone = AbortSignal.abort();
  await expect(worker.ask("lens", { position: 0, count: 1 }, { signal: gone })).rejects.toThrow(/abort/);
});

it("encoder-decoders and models of images are refused in words", async () => {
  const worker = startWorker();
  const t5 = modelFixture("t5").files;
  const files = Object.entries(t5).map(([name, bytes]) => new File([bytes as BlobPart], name));
  await expect(worker.ask("open", { source: { files } })).rejects.toThrow("this model is of kind encoder-decoder");
});

it("a worker that stops fails all that waits", async () => {
  const target = new EventTarget();
  const worker = new ModelWorker({
    addEventListener: target.addEventListener.bind(target),
    postMessage: () => {},
  } as unknown as Worker);
  const asked = worker.ask("lens", { position: 0, count: 1 });
  target.dispatchEvent(new Event("error"));
  await expect(asked).rejects.toThrow("the worker that runs the model stopped");
});
