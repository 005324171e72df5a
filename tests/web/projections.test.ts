// What the section "Where Q, K and V come from" says, on the numbers that its figure shows.
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../web/src/compute/engine";
import { embeddingsOf, pointAt, projectWords } from "../../web/src/figures/projections/project-words";
import { read } from "../../web/src/figures/projections/projections-reading";
import { placeOf, projectionsSettings, vocabulary } from "../../web/src/figures/projections/projections-state";
import { defaultsOf, fromSettingsSearch, toSettingsSearch } from "../../web/src/model/settings";
import { labEngine } from "./lab-engine";

const defaults = defaultsOf(projectionsSettings);
const size = 6;

describe("the numbers of the figure", () => {
  let engine: Pick<Engine, "lab">;
  beforeAll(async () => {
    engine = await labEngine();
  });
  const rowOf = (data: Float32Array, word: string) => [
    ...data.subarray(placeOf(word) * size, (placeOf(word) + 1) * size),
  ];

  test("each query is the word's vector times the matrix", async () => {
    const { query } = await projectWords(engine, defaults);
    const [first, second] = defaults.query;
    embeddingsOf(defaults).forEach(({ x, y }, i) => {
      expect(pointAt(query, i).x).toBeCloseTo(x * (first?.x ?? 0) + y * (second?.x ?? 0), 5);
      expect(pointAt(query, i).y).toBeCloseTo(x * (first?.y ?? 0) + y * (second?.y ?? 0), 5);
    });
  });

  test("“bank” gives “river” the largest weight, and its row adds up to 1", async () => {
    const { weights, logits, scores } = await projectWords(engine, defaults);
    const row = rowOf(weights.data, "bank");
    expect(row.indexOf(Math.max(...row))).toBe(placeOf("river"));
    expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    const exponentials = rowOf(scores.data, "bank").map((score) => Math.exp(score / Math.SQRT2));
    const sum = exponentials.reduce((a, b) => a + b, 0);
    for (const [key, exponential] of exponentials.entries()) expect(row[key]).toBeCloseTo(exponential / sum, 5);
    expect(rowOf(logits.data, "bank")[1]).toBeCloseTo((rowOf(scores.data, "bank")[1] ?? 0) / Math.SQRT2, 5);
  });

  test("a change of the values' matrix changes outputs and no weight", async () => {
    const before = await projectWords(engine, defaults);
    const after = await projectWords(engine, {
      ...defaults,
      value: [
        { x: 0.3, y: 0.9 },
        { x: 0.9, y: -0.3 },
      ],
    });
    expect(after.weights.data).toEqual(before.weights.data);
    expect(after.output.data).not.toEqual(before.output.data);
  });

  test("with “river” further to the left, its weight in the row of “bank” is smaller", async () => {
    const before = rowOf((await projectWords(engine, defaults)).weights.data, "bank");
    const embeddings = defaults.embeddings.map((at, i) => (vocabulary[i] === "river" ? { ...at, x: at.x - 1 } : at));
    const after = rowOf((await projectWords(engine, { ...defaults, embeddings })).weights.data, "bank");
    expect(after[1]).toBeLessThan((before[1] ?? 0) - 0.1);
  });

  test("is read", async () => {
    expect(read(await projectWords(engine, defaults), "bank").sentence.join("")).toMatch(
      /^The query of “bank” gives “river” the largest weight, 0\.\d{3}, and itself 0\.\d{3}\. The total of its row is 1\.000\. Its output is \(/,
    );
  });
});

test("a state is in the address, without what is the default", () => {
  expect(toSettingsSearch(projectionsSettings, defaults, "p-")).toBe("");
  const state = {
    ...defaults,
    word: "rose",
    value: [
      { x: 1, y: 0 },
      { x: 0, y: -1 },
    ],
  };
  const search = toSettingsSearch(projectionsSettings, state, "p-");
  expect(fromSettingsSearch(projectionsSettings, search, "p-", defaults)).toEqual({ state, problems: [] });
});
