import { describeHeads, type HeadPair, type HeadSet } from "./head-set";
import type { Lab, Model } from "./lab";

/** The heads of a trained model while it reads a sequence of its task. */
export interface TrainedHeads extends HeadSet {
  layers: number;
  headsPerLayer: number;
  /** What it reads, as its vocabulary writes it. */
  words: string[];
  /** What its file says: task, steps and seed of its training, for some. */
  options: Record<string, string | number | boolean>;
  steps: number;
  /** On held-out sequences without the heads that are off. */
  loss: number;
  accuracy: number;
}

export interface TrainedHeadsRequest {
  /** The number that it was opened under. */
  model: number;
  /** Of the sequence. */
  seed: number;
  /** Heads, those of the second layer after those of the first. */
  off: readonly number[];
  pair: HeadPair | null;
}

/** The open models of this worker, or why one could not be opened. */
const models = new Map<number, Model | Error>();

/** What goes wrong is told by the tasks that need the model. */
export function openTrainedHeads(lab: Lab, { model, bytes }: { model: number; bytes: Uint8Array }): undefined {
  try {
    const opened = lab.openModel(bytes);
    if (opened) models.set(model, opened);
  } catch (error) {
    models.set(model, error instanceof Error ? error : new Error(String(error)));
  }
}

export function trainedHeads(lab: Lab, { model: number, seed, off, pair }: TrainedHeadsRequest): TrainedHeads {
  const model = models.get(number);
  if (model instanceof Error) throw model;
  if (!model) throw new Error(`there is no model ${number}`);
  const { layers, heads, vocabulary, options, step } = model.info;
  const places = Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }));
  const [example] = model.examples(seed, 1);
  if (!example) throw new Error("the model's task made no sequence");
  const { tokens } = example;
  const whole = model.run(tokens, []);
  const maps = whole.maps.flat();
  const joined = (part: "weights" | "visibleKeys", dim: number) => {
    const data = new Float32Array(maps.length * tokens.length * dim);
    for (const [i, map] of maps.entries()) data.set(map[part], i * tokens.length * dim);
    return { data, shape: [1, maps.length, tokens.length, dim] as [number, number, number, number] };
  };
  const predictions = (data: Float32Array) => ({
    data,
    shape: [1, 1, tokens.length, vocabulary.length] as [number, number, number, number],
  });
  const shiftWithout = (without: readonly number[]) => {
    const missing = without.flatMap((head) => places[head] ?? []);
    const { probabilities } = model.run(tokens, missing);
    return lab.difference(predictions(probabilities), predictions(whole.probabilities)).relative;
  };
  const weights = joined("weights", tokens.length);
  const set = describeHeads(
    lab,
    {
      weights,
      visibleKeys: joined("visibleKeys", 1),
      alone: Float32Array.from(places, (_, head) => shiftWithout([head])),
      shift: off.length === 0 ? 0 : shiftWithout(off),
    },
    pair,
  );
  const evaluation = model.evaluate(off.flatMap((head) => places[head] ?? []));
  return {
    ...set,
    induction: lab.headScores(weights, tokens).map(({ induction }) => induction),
    layers,
    headsPerLayer: heads,
    words: tokens.map((token) => vocabulary[token] ?? String(token)),
    options,
    steps: step,
    loss: evaluation.loss,
    accuracy: evaluation.accuracy,
  };
}
