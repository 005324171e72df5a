import { beforeAll, describe, expect, test } from "vitest";
import { type Lab, loadLab, type Model } from "../../web/src/compute/lab";
import type { ModelInfo } from "../../web/src/compute/training/training-protocol";
import { csvParts, toNumpy } from "../../web/src/figure/export/data-files";
import type { Moment } from "../../web/src/figures/training/moment";
import { emptyHistory, type RunHistory } from "../../web/src/figures/training/run-history";
import { trainingData } from "../../web/src/figures/training/training-data";
import { readArchive } from "../../web/src/formats/npz";

const [layers, heads] = [2, 2];
let lab: Lab;
beforeAll(async () => {
  lab = await loadLab();
});

/** A network as a file without the optimiser's state holds it, or one of a run with checkpoints. */
function momentOf(model: Model, history: RunHistory): Moment {
  const [example] = model.examples(1, 1);
  if (!example) throw new Error("the task has no example");
  const info = model.info as unknown as ModelInfo;
  const inspection = { step: info.step, tokens: example.tokens, ...model.run(example.tokens, []) };
  return {
    run: { info, history },
    example,
    inspection,
    evaluation: undefined,
    ablated: null,
    formations: {},
  } as unknown as Moment;
}

function network() {
  const trainer = lab.trainer({ task: "copy", layers, heads, width: 16, length: 8, batch: 2, steps: 4, warmUp: 1 });
  const trained = trainer?.model();
  const model = trained && lab.openModel(trained.file());
  if (!trainer || !model) throw new Error("the core made no network");
  return { trainer, model };
}

describe("a network without the optimiser's state", () => {
  test("has the weights of every head and the probabilities as CSV, and no table over training", () => {
    const { model } = network();
    const moment = momentOf(model, emptyHistory);
    const data = trainingData(moment);
    expect(data.map(({ name }) => name)).toEqual([
      "Attention weights at step 0",
      "Probability of the next token at step 0",
    ]);
    const length = moment.inspection.tokens.length;
    const vocabulary = moment.run.info.vocabulary.length;
    const lines = [...csvParts(data)].join("").split("\r\n");
    expect(lines).toHaveLength(1 + layers * heads * length ** 2 + 1 + 1 + length * vocabulary + 1);
    expect(lines[1]?.split(",").slice(0, 3)).toEqual(["1.1", `0 ${name(moment, 0)}`, `0 ${name(moment, 0)}`]);
    expect(lines[1]?.split(",")[3]).toBe("1");
  });

  test("has the same as NPZ, of the shapes that the headers say", async () => {
    const { model } = network();
    const moment = momentOf(model, emptyHistory);
    const { bytes } = toNumpy(trainingData(moment));
    const { tensors } = await readArchive(new Uint8Array(await bytes.arrayBuffer()));
    const length = moment.inspection.tokens.length;
    expect(tensors.map(({ shape }) => shape)).toEqual([
      [layers * heads, length, length],
      [length, moment.run.info.vocabulary.length],
    ]);
    expect(tensors[0]?.data.subarray(0, length ** 2)).toEqual(moment.inspection.maps[0]?.[0]?.weights);
  });
});

test("a run with a checkpoint has all tables over training too", () => {
  const { trainer, model } = network();
  const checkpoint = { step: 0, evaluation: trainer.evaluate() };
  const data = trainingData(momentOf(model, { ...emptyHistory, checkpoints: [checkpoint] }));
  expect(data).toHaveLength(10);
  const induction = data.find(({ name }) => name === "Heads over training: induction");
  expect(induction?.values).toEqual(checkpoint.evaluation.heads.flat().map((head) => head.induction));
  expect([...csvParts(data)].join("")).toContain("step,head,Heads over training: induction\r\n0,1.1,");
});

const name = ({ run, inspection }: Moment, place: number) => run.info.vocabulary[inspection.tokens[place] ?? -1] ?? "";
