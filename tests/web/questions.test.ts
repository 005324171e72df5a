// The right answers to the questions of the prose, on the numbers that their figures show.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { type Lab, loadLab, type Model, type Trainer } from "../../web/src/compute/lab";
import { attentionData } from "../../web/src/figure/own/attention-data";
import { attentionMaps } from "../../web/src/figure/own/attention-maps";
import { samples } from "../../web/src/figure/trained/sentence-settings";
import { readFile } from "../../web/src/formats/read-file";
import { sentenceWords } from "../../web/src/model/sentence-words";
import { fakePool } from "./fake-pool";

const bytesOf = (file: string) => new Uint8Array(readFileSync(new URL(`../../web/public/${file}`, import.meta.url)));

test("half the temperature, or queries of twice the length, make the mean entropy of the example smaller", async () => {
  const engine = new Engine(fakePool(await loadHeed()));
  const choices = { roles: null, axes: null, set: "", values: "guessed", sequence: 1 } as const;
  const { data } = attentionData(await readFile(bytesOf("example.npz"), "example.npz"), choices);
  const entropies = async (temperature: number) => {
    const settings = { causal: false, isAlignedAtEnd: false, temperature, softcap: 0, unit: 1 };
    const collection = await attentionMaps(data, settings, engine);
    await collection.describeAll(() => {}, new AbortController().signal);
    return (collection.all() ?? []).map(({ meanEntropy }) => meanEntropy);
  };
  const [before, after] = [await entropies(1), await entropies(0.5)];
  expect(before).toHaveLength(4);
  for (const [head, entropy] of after.entries()) expect(entropy).toBeLessThan(before[head] as number);
});

describe("trained models", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await loadLab();
  });

  test("without the heads of the first layer, fewer than 20 of 100 predictions of the induction model are right", () => {
    const model = lab.openModel(bytesOf("models/induction.safetensors")) as Model;
    const off = [0, 1, 2, 3].map((head) => ({ layer: 0, head }));
    expect(model.evaluate([]).accuracy).toBeGreaterThan(0.99);
    expect(model.evaluate(off).accuracy).toBeLessThan(0.2);
  });

  test("with the last “Clara” hidden, “because” is followed by “he”", () => {
    const model = lab.openModel(bytesOf("models/stories.safetensors")) as Model;
    const { vocabulary } = model.info;
    const tokens = sentenceWords(samples.stories, vocabulary as string[], 138).map(({ token }) => token);
    const words = tokens.map((token) => vocabulary[token]);
    expect(words[28]).toBe("Clara");
    expect(words.at(-1)).toBe("because");
    const next = (hidden: number[]) => {
      const { probabilities } = model.runHiding(tokens, [], hidden);
      const row = [...probabilities.subarray(-vocabulary.length)];
      return row
        .map((share, token) => ({ word: vocabulary[token], share }))
        .sort((a, b) => b.share - a.share)
        .slice(0, 4);
    };
    expect(next([])[0]?.word).toBe("she");
    const [likeliest] = next([28]);
    expect(likeliest?.word).toBe("he");
    expect(likeliest?.share).toBeGreaterThan(0.9);
  });

  test("divided by 1 and not by √d_k, the loss falls later, and with one head much later", () => {
    const lossAt160 = (scaled: boolean, heads: number) => {
      const trainer = lab.trainer({ scaled, heads, steps: 400, seed: 1 }) as Trainer;
      let loss = Number.NaN;
      for (let step = 0; step < 160; step++) ({ loss } = trainer.step());
      trainer.delete();
      return loss;
    };
    expect(lossAt160(true, 4)).toBeLessThan(0.5);
    expect(lossAt160(false, 4)).toBeGreaterThan(1);
    expect(lossAt160(true, 1)).toBeLessThan(0.5);
    expect(lossAt160(false, 1)).toBeGreaterThan(2.5);
  });
});
