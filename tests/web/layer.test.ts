// What the section "The whole layer" says, on the numbers that its figure shows.
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../web/src/compute/engine";
import type { Point } from "../../web/src/figure/planes/points";
import { pathOf, pointOf } from "../../web/src/figures/layer/layer-path";
import { read } from "../../web/src/figures/layer/layer-reading";
import { type LayerState, layerSettings, placeOf, vectorOf } from "../../web/src/figures/layer/layer-state";
import { layerRequest } from "../../web/src/figures/layer/layer-weights";
import { defaultsOf } from "../../web/src/model/settings";
import { labEngine } from "./lab-engine";

const defaults = defaultsOf(layerSettings);

describe("the numbers of the figure", () => {
  let engine: Pick<Engine, "lab">;
  beforeAll(async () => {
    engine = await labEngine();
  });
  const stepsOf = (state: LayerState) => engine.lab("layerSteps", layerRequest(state));
  const embeddingOf = ({ embeddings }: LayerState, word: string) => embeddings[vectorOf(placeOf(word))] as Point;

  test("with all parts off, every word leaves where it came in", async () => {
    const state: LayerState = { ...defaults, head1: "off", head2: "off", feedForward: "off" };
    const { result } = await stepsOf(state);
    for (const word of ["the", "river", "rose", "over", "bank"]) {
      expect(pointOf(result, placeOf(word)).x).toBeCloseTo(embeddingOf(state, word).x, 6);
      expect(pointOf(result, placeOf(word)).y).toBeCloseTo(embeddingOf(state, word).y, 6);
    }
  });

  test("head 1 attends from “bank” most to “river”, and adds water", async () => {
    const { weights, contributions } = await stepsOf(defaults);
    const row = [...weights.data.subarray(placeOf("bank") * 6, placeOf("bank") * 6 + 6)];
    expect(row.indexOf(Math.max(...row))).toBe(placeOf("river"));
    expect(pointOf(contributions, placeOf("bank"), 0).x).toBeGreaterThan(0.5);
  });

  test("with head 1 off, the weights of head 2 are the same, and the feed-forward layer adds another vector", async () => {
    const before = await stepsOf(defaults);
    const after = await stepsOf({ ...defaults, head1: "off" });
    expect(after.weights.data.subarray(36)).toEqual(before.weights.data.subarray(36));
    expect(pointOf(after.contributions, 5, 0)).toEqual({ x: 0, y: 0 });
    expect(pointOf(after.feedForward, 5)).not.toEqual(pointOf(before.feedForward, 5));
  });

  test("the path is the sum of what is added, and stays within the plane", async () => {
    const steps = await stepsOf(defaults);
    for (const word of ["the", "river", "rose", "over", "bank"]) {
      const path = pathOf(steps, embeddingOf(defaults, word), placeOf(word));
      const end = path.reduce(
        (at, { added }) => ({ x: at.x + added.x, y: at.y + added.y }),
        embeddingOf(defaults, word),
      );
      // Three float32 sums of numbers near 1.
      expect(path.at(-1)?.to.x).toBeCloseTo(end.x, 5);
      expect(path.at(-1)?.to.y).toBeCloseTo(end.y, 5);
      for (const { to } of path) {
        expect(Math.abs(to.x)).toBeLessThanOrEqual(3);
        expect(Math.abs(to.y)).toBeLessThanOrEqual(2);
      }
    }
    expect(read(pathOf(steps, embeddingOf(defaults, "bank"), 5), defaults).sentence.join("")).toContain(
      "Head 1 adds (",
    );
  });
});
