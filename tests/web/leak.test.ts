// What the section "What leaks without the mask" says, on networks that are trained as its figure trains them.
import { beforeAll, describe, expect, test } from "vitest";
import { type Lab, loadLab, type Model } from "../../web/src/compute/lab";
import type { Example } from "../../web/src/compute/training/training";
import { leakSettings } from "../../web/src/figures/leak/leak-state";
import { scoredPlaces, type Writer, write, writingAccuracy } from "../../web/src/figures/leak/writing";
import { defaultsOf } from "../../web/src/model/settings";

const { steps, seed } = defaultsOf(leakSettings);

interface Trained {
  readonly accuracy: number;
  readonly writing: number;
  readonly written: number[];
  readonly example: Example;
}

function trained(lab: Lab, causal: boolean): Promise<Trained> {
  const trainer = lab.trainer({ causal, steps, seed });
  if (!trainer) throw new Error("no trainer");
  let accuracy = 0;
  for (let step = 0; step < steps; step++) accuracy = trainer.step().accuracy;
  const model = trainer.model() as Model;
  const examples = model.examples(5, 4) as unknown as Example[];
  const writer: Writer = {
    inspect: async ({ tokens }) => ({
      predictions: [...(model.run(tokens, []).predictions as ArrayLike<number> as number[])],
    }),
  };
  const example = examples[0] as Example;
  return Promise.all([writingAccuracy(writer, examples), write(writer, example)]).then(([writing, written]) => {
    trainer.delete();
    model.delete();
    return { accuracy, writing, written, example };
  });
}

describe("two networks, trained with the causal mask and without", () => {
  let masked: Trained;
  let unmasked: Trained;
  beforeAll(async () => {
    const lab = await loadLab();
    masked = await trained(lab, true);
    unmasked = await trained(lab, false);
  }, 300_000);

  test("without a mask nearly all predictions in training are right, and fewer than half in writing", () => {
    expect(unmasked.accuracy).toBeGreaterThan(0.95);
    expect(unmasked.writing).toBeLessThan(0.5);
  });

  test("with the mask as many are right in writing as in training", () => {
    expect(masked.accuracy).toBeGreaterThan(0.9);
    expect(masked.writing).toBeGreaterThan(masked.accuracy - 0.1);
  });

  test("a text is written on from its first scored place to its end", () => {
    const [first = 0] = scoredPlaces(masked.example);
    expect(masked.written).toHaveLength(masked.example.tokens.length - first - 1);
  });
});
