import { describe, expect, it } from "vitest";
import { withError } from "../../web/src/charts/format";
import { sharesOf, weightsOf } from "../../web/src/figure/maps/token-shares";
import { recordingSettings } from "../../web/src/figures/recording/recording-state";
import { readRecorded, scoresInWords } from "../../web/src/figures/recording/recording-words";
import type { DecodedHead, RecordedPart } from "../../web/src/formats/recording/read-recording";

describe("a number with its error", () => {
  it("has no more decimals than the error's first digit", () => {
    expect(withError(0.13412, 0.0005)).toBe("0.1341 ± 0.0006");
    expect(withError(0.5, 0.00196)).toBe("0.500 ± 0.002");
    expect(withError(3.4567, 0.7)).toBe("3.5 ± 0.8");
    expect(withError(1234.4, 3)).toBe("1234 ± 4");
  });

  it("of tiny size is written with a power of ten for both", () => {
    expect(withError(3.4567e-9, 2e-11)).toBe("(3.46 ± 0.03)e-9");
  });

  it("without an error is exact", () => expect(withError(0.25, 0)).toBe("0.25"));

  it("covers every number that is within the error", () => {
    let state = 1;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    for (let i = 0; i < 2000; i++) {
      const value = random();
      const error = 10 ** (-6 * random() - 1);
      const [, shown = "", most = "", power = "0"] =
        /^\(?([\d.]+) ± ([\d.]+)(?:\)e(.+))?$/.exec(withError(value, error)) ?? [];
      const scale = 10 ** Number(power);
      // What the decimals themselves round in float64.
      const slack = 1e-12;
      expect(Math.abs(Number(shown) * scale - value) + error).toBeLessThanOrEqual(Number(most) * scale + slack);
      expect(Number(most) * scale).toBeLessThanOrEqual(3 * error + slack);
    }
  });
});

const head: DecodedHead = {
  ...{ queries: 2, keys: 2, largest: 1 },
  weights: Float32Array.of(1, 0, 0.25, 0.75),
  visibleKeys: Float32Array.of(1, 2),
  entropy: Float32Array.of(0, 0.5623351),
  errors: Float32Array.of(0.002, 0.0015),
};
const part: RecordedPart = {
  ...{
    kind: "decoder",
    causal: true,
    layers: 2,
    headsOfLayer: 2,
    queryTokens: [" a", " \u202eb"],
    keyTokens: [" a", " \u202eb"],
  },
  heads: [],
  decode: () => head,
};

describe("what is read of a recording", () => {
  it("is the stored weight, its error, and the entropy before rounding", () => {
    expect(readRecorded(part, head, 8, { query: 1, key: 0 })).toEqual({
      sentence: [expect.stringContaining("gives key 0 “a” a weight of "), "0.250 ± 0.002", "."],
      exact:
        "recorded in 8 bits; entropy of query 1, before the weights were rounded: 0.5623351 nats over 2 visible keys",
    });
  });

  it("says what a query does not see", () => {
    const { sentence } = readRecorded(part, head, 8, { query: 0, key: 1 });
    expect(sentence.join("")).toContain("Query 0 “a” does not see key 1");
  });

  it("names the largest weights of a query, none that may be 0", () => {
    const { sentence } = readRecorded(part, { ...head, errors: Float32Array.of(0.002, 0.3) }, 8, {
      query: 1,
      key: null,
    });
    expect(sentence.join("")).toMatch(/gives most of its attention to 1 “.*b” 0\.8 ± 0\.4\.$/);
  });

  it("is tinted by a row for what a token gives, by a column for what it receives", () => {
    expect(Array.from(sharesOf(weightsOf(head, 1, true)))).toEqual([Math.fround(1 / 3), 1]);
    expect(Array.from(sharesOf(weightsOf(head, 0, false)))).toEqual([1, 0.25]);
  });

  it("leaves out scores that are not known", () => {
    const unknown = {
      firstToken: Number.NaN,
      duplicateToken: Number.NaN,
      induction: Number.NaN,
      meanDistance: Number.NaN,
    };
    const scores = { previousToken: 0.5, self: 0.25, local: 0.75, entropy: 0.1, ...unknown };
    expect(scoresInWords({ layer: 0, head: 0, label: "local", scores })).toBe(
      "Local. Mean shares of attention: previous token 0.50, self 0.25, within two tokens 0.75. Normalised entropy 0.10.",
    );
  });
});

describe("the settings of a recording", () => {
  it("count heads from 1, as the page does", () => {
    expect(recordingSettings.head.parse("9.8")).toEqual({ value: { layer: 8, head: 7 } });
    expect(recordingSettings.head.format({ layer: 8, head: 7 })).toBe("9.8");
    expect(recordingSettings.head.parse("0.1")).toEqual({ problem: "head is “layer.head”, from 1, not “0.1”" });
    expect(recordingSettings.kind.parse("self")).toEqual({
      problem: "kind is encoder or decoder or cross, not “self”",
    });
    expect(recordingSettings.cell.parse("3,x")).toEqual({ problem: "cell is “query,key”, not “3,x”" });
    expect(recordingSettings.cell.parse("3")).toEqual({ value: { query: 3, key: null } });
  });
});
