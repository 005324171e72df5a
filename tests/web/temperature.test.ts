import { beforeAll, describe, expect, test } from "vitest";
import { entropyUnits, inUnit, largestInUnit, largestName } from "../../web/src/charts/curves/entropy-unit";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { scoreBar } from "../../web/src/figures/temperature/score-rows";
import {
  leastScore,
  mostScore,
  type Scores,
  scoresByHand,
  scoresSetting,
  size,
  withScore,
} from "../../web/src/figures/temperature/scores";
import { entropyOver, temperatures, weightsAt } from "../../web/src/figures/temperature/temperature";
import { readTemperature } from "../../web/src/figures/temperature/temperature-reading";
import { fakePool } from "./fake-pool";

/** The figure's scores, and others without pattern: fractional parts of multiples of the golden ratio, in tenths. */
const scattered: Scores = Array.from({ length: size * size }, (_, i) => {
  const share = (i * 0.6180339887) % 1;
  return Math.round(10 * (leastScore + (mostScore - leastScore) * share)) / 10;
});
const tables = [scoresByHand, scattered];

/** In double precision, with what is not seen left out. */
function softmax(scores: readonly number[], temperature: number): { weights: number[]; entropy: number } {
  const most = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp((score - most) / temperature));
  const sum = exponentials.reduce((a, b) => a + b);
  const weights = exponentials.map((each) => each / sum);
  return { weights, entropy: -weights.reduce((all, p) => all + (p > 0 ? p * Math.log(p) : 0), 0) };
}

const rowOf = (scores: Scores, query: number, causal: boolean) =>
  scores.slice(query * size, query * size + (causal ? query + 1 : size));
const queries = Array.from({ length: size }, (_, query) => query);

describe("the numbers of the figure", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = new Engine(fakePool(await loadHeed()));
  });

  /** Each row of entropies over temperatures, with what its query sees. */
  async function eachRow(check: (nats: Float32Array, normalised: Float32Array, seen: readonly number[]) => void) {
    for (const scores of tables)
      for (const causal of [false, true]) {
        const { entropy: nats, normalisedEntropy: normalised } = await entropyOver(engine, scores, causal);
        for (const query of queries) {
          const [from, to] = [query * temperatures.length, (query + 1) * temperatures.length];
          check(nats.subarray(from, to), normalised.subarray(from, to), rowOf(scores, query, causal));
        }
      }
  }

  test("weights and entropies are those of a softmax in double precision", async () => {
    for (const scores of tables)
      for (const causal of [false, true])
        for (const temperature of [0.01, 0.3, 1, 7, 100]) {
          const { weights, entropy, visibleKeys } = await weightsAt(engine, scores, temperature, causal);
          for (const query of queries) {
            const seen = rowOf(scores, query, causal);
            const expected = softmax(seen, temperature);
            expect(visibleKeys[query]).toBe(seen.length);
            // A score is read as float32 and divided by the temperature: an error of 4 · 6e-8 / 0.01 at most in a logit.
            const tolerance = 3e-7 * Math.max(1, 4 / temperature);
            for (const [key, weight] of weights.subarray(query * size, (query + 1) * size).entries())
              expect(Math.abs(weight - (expected.weights[key] ?? 0))).toBeLessThan(tolerance);
            expect(Math.abs((entropy[query] ?? Number.NaN) - expected.entropy)).toBeLessThan(4 * tolerance);
          }
        }
  });

  test("entropy lies within 0 and the logarithm of what is seen, and never falls as the temperature rises", async () => {
    await eachRow((nats, normalised, { length }) => {
      // Rounding of up to eight terms in float32.
      const least = -1e-6;
      for (const [i, entropy] of nats.entries()) {
        expect(entropy).toBeGreaterThanOrEqual(least);
        expect(entropy).toBeLessThanOrEqual(Math.log(length) + 1e-6);
        expect(entropy - (nats[i - 1] ?? 0)).toBeGreaterThanOrEqual(least);
        const share = normalised[i] ?? Number.NaN;
        if (length === 1) expect(share).toBe(0);
        else expect(share).toBeCloseTo(entropy / Math.log(length), 6);
      }
    });
  });

  test("the curve is that of double precision", async () => {
    await eachRow((nats, _, seen) => {
      for (const [i, temperature] of temperatures.entries())
        expect(Math.abs((nats[i] ?? Number.NaN) - softmax(seen, temperature).entropy)).toBeLessThan(
          2e-6 * Math.max(1, 4 / temperature),
        );
    });
  });

  test("cold makes a row one-hot, or shared by those that tie; heat makes it uniform", async () => {
    const cold = await weightsAt(engine, scoresByHand, 0.01, false);
    for (const query of queries) {
      const row = cold.weights.subarray(query * size, (query + 1) * size);
      const best = rowOf(scoresByHand, query, false);
      expect(row[best.indexOf(Math.max(...best))]).toBeCloseTo(1, 4);
      expect(cold.entropy[query]).toBeLessThan(1e-3);
    }
    const hot = await weightsAt(engine, scoresByHand, 100, true);
    for (const query of queries) {
      const row = hot.weights.subarray(query * size, query * size + query + 1);
      // Scores within ±4 part two weights by a factor of e^0.08 at most.
      for (const weight of row) expect(Math.abs(weight * (query + 1) - 1)).toBeLessThan(0.09);
      expect(Math.log(query + 1) - (hot.entropy[query] ?? 0)).toBeLessThan(1e-3);
    }
    const tied = await weightsAt(engine, withScore(scoresByHand, 7, 2, 3), 0.1, false);
    expect(Array.from(tied.weights.subarray(7 * size)).map((weight) => Number(weight.toFixed(4)))).toEqual([
      0, 0.5, 0.5, 0, 0, 0, 0, 0,
    ]);
    expect(tied.entropy[7]).toBeCloseTo(Math.LN2, 6);
  });

  test("what is said: bits are nats divided by ln 2, and a share is of what the query sees", async () => {
    const map = await weightsAt(engine, scoresByHand, 1, true);
    for (const query of queries)
      expect(inUnit("bits", map)[query]).toBeCloseTo((inUnit("nats", map)[query] ?? 0) / Math.LN2, 6);
    const said = (query: number, unit: (typeof entropyUnits)[number]) =>
      readTemperature(map, { query, key: null, map: 0 }, 1, unit).sentence.join("");
    const { weights, entropy } = softmax(rowOf(scoresByHand, 3, true), 1);
    const share = `${((100 * entropy) / Math.log(4)).toFixed(1)} %`;
    const rest = `Equal weights for ${Math.exp(entropy).toFixed(2)} keys have the same entropy. The largest weight is that of “rose”, ${weights[2]?.toFixed(3)}.`;
    const start = "At temperature 1 query 3 “over” has an entropy of ";
    expect(said(3, "nats")).toBe(`${start}${entropy.toFixed(3)} nats, ${share} of ln 4 = 1.386. ${rest}`);
    expect(said(3, "bits")).toBe(
      `${start}${(entropy / Math.LN2).toFixed(3)} bits, ${share} of log₂ 4 = 2.000. ${rest}`,
    );
    expect(said(3, "normalised")).toBe(`${start}${share} of ln 4. ${rest}`);
    expect(said(0, "nats")).toContain("sees only itself");
  });
});

test("the largest entropy: in every unit what an even row has, and 0 of a query that sees one key", async () => {
  const map = await weightsAt(new Engine(fakePool(await loadHeed())), scoresByHand, 1, true);
  const of = (query: number) => entropyUnits.map((unit) => largestInUnit(unit, map)[query] ?? Number.NaN);
  expect(of(0)).toEqual([0, 0, 0]);
  // ln 8 and log₂ 8, to a rounding of float32.
  for (const [i, value] of [Math.log(8), 3, 1].entries()) expect(of(7)[i]).toBeCloseTo(value, 6);
  expect(entropyUnits.map((unit, i) => largestName(unit, 8, of(7)[i] ?? 0))).toEqual([
    "ln 8 = 2.079",
    "log₂ 8 = 3.000",
    "1",
  ]);
});

test("a score’s bar goes from 0 in the middle to the score", () => {
  expect(scoreBar(0)).toEqual({ left: 50, width: 0 });
  expect(scoreBar(mostScore)).toEqual({ left: 50, width: 50 });
  expect(scoreBar(leastScore)).toEqual({ left: 0, width: 50 });
});

describe("scores in an address", () => {
  test("only what was changed is there, and comes back", () => {
    expect(scoresSetting.format(scoresByHand)).toBe("");
    const changed = withScore(withScore(scoresByHand, 7, 2, 3), 0, 0, -3.96);
    expect(scoresSetting.format(changed)).toBe("0,0,-4,7,2,3");
    expect(scoresSetting.parse("0,0,-4,7,2,3")).toEqual({ value: changed });
    expect(scoresSetting.parse(" ")).toEqual({ value: scoresByHand });
  });

  test("what is no score is named", () => {
    for (const text of ["1", "1,2", "8,0,1", "0,-1,1", "0.5,0,1", "0,0,4.1", "a,b,c", "0,0,"])
      expect(scoresSetting.parse(text)).toEqual({
        problem: `scores are “query,key,score” one after the other, within 8 × 8 and from -4 to 4, not “${text}”`,
      });
  });
});
