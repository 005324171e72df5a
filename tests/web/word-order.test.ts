// What the section "The order of words" says, on the numbers that its figure shows.
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../web/src/compute/engine";
import { read } from "../../web/src/figures/word-order/word-order-reading";
import {
  originalOrder,
  positions,
  shuffled,
  swapped,
  type WordOrderState,
  wordOrderSettings,
} from "../../web/src/figures/word-order/word-order-state";
import { defaultsOf } from "../../web/src/model/settings";
import { labEngine } from "./lab-engine";

const defaults = defaultsOf(wordOrderSettings);
const kinds = [0, 1, 2, 3, 0, 5];

describe("the numbers of the figure", () => {
  let engine: Pick<Engine, "lab">;
  beforeAll(async () => {
    engine = await labEngine();
  });
  const ask = ({ order, positions: how, seed }: WordOrderState) =>
    engine.lab("wordOrder", { kinds, order: [...order], dim: 16, seed, positions: how });

  test("reversed without positions, no word has another output; with any positions all have", async () => {
    const reversed = [...originalOrder].reverse();
    for (const how of positions) {
      const { change } = await ask({ ...defaults, order: reversed, positions: how });
      // What the figure takes for 0: float32 sums in another order.
      if (how === "none") expect(Math.max(...change.data)).toBeLessThan(2e-6);
      // A reversed sentence has all distances as before: a bias that is the same on both sides changes nothing.
      else if (how !== "relative bias") expect(Math.min(...change.data)).toBeGreaterThan(1e-3);
    }
  });

  test("with positions, an exchange of two words changes outputs", async () => {
    for (const how of positions.slice(1)) {
      const { change } = await ask({ ...defaults, order: swapped(originalOrder, 1), positions: how });
      expect(Math.max(...change.data)).toBeGreaterThan(0.01);
    }
  });

  test("the relative bias adds −1.00 two positions away", async () => {
    const state = { ...defaults, positions: "relative bias" } as const;
    const result = await ask(state);
    for (const [query, key] of [
      [0, 2],
      [5, 3],
      [2, 4],
    ] as const)
      expect(read(result, state, query, key).sentence.at(-2)).toBe("−1.00");
  });
});

test("orders: an exchange, a shuffle that is always another order, what is none", () => {
  expect(swapped(originalOrder, 2)).toEqual([0, 1, 3, 2, 4, 5]);
  for (const random of [() => 0, () => 0.999, () => 0.5]) {
    const order = shuffled(originalOrder, random);
    expect([...order].sort()).toEqual([...originalOrder]);
    expect(order).not.toEqual(originalOrder);
  }
  const { parse } = wordOrderSettings.order;
  expect(parse("5,4,3,2,1,0")).toEqual({ value: [5, 4, 3, 2, 1, 0] });
  expect(parse("5,4,3,2,1,1")).toEqual({ problem: "order is the numbers from 0 to 5, each once, not “5,4,3,2,1,1”" });
});
