import { describe, expect, it } from "vitest";
import { chosenFiles } from "../../../web/src/explorer/chosen-files";
import { factsOf, megabytes } from "../../../web/src/explorer/model-opener";
import { hueOf, quoted } from "../../../web/src/explorer/scene";
import {
  blockFor,
  countLabels,
  reportSentence,
  scoreOf,
  sortHeads,
  thumbnailCells,
} from "../../../web/src/explorer/views/grid-view";
import { percent } from "../../../web/src/explorer/views/predictions-view";
import { largestFirst, sharesOf } from "../../../web/src/explorer/views/text-view";
import type { HeadReport, ModelInfo } from "../../../web/src/models/models";

const report = (change: Partial<HeadReport>): HeadReport => ({
  previousToken: 0.1,
  firstToken: 0.2,
  self: 0.3,
  meanDistance: 4.25,
  local: 0.5,
  entropy: 0.75,
  duplicateToken: 0,
  induction: 0.01,
  label: "other",
  thumbnail: { rows: 1, columns: 1, cells: Float32Array.of(1) },
  ...change,
});

describe("tokens", () => {
  const head = { queries: 3, keys: 3, weights: Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0.5, 0.3, 0.2) };

  it("are tinted by shares of the largest weight that one gives, or gets", () => {
    expect([...sharesOf(head, 1, true)]).toEqual([Math.fround(0.25 / 0.75), 1, 0]);
    expect([...sharesOf(head, 0, false)]).toEqual([1, 0.25, 0.5]);
    expect([...sharesOf({ ...head, weights: new Float32Array(9) }, 0, true)]).toEqual([0, 0, 0]);
  });

  it("are listed with the largest weights first, of equal ones the first", () => {
    expect(largestFirst(Float32Array.of(0.1, 0.5, 0.5, 0), 3)).toEqual([1, 2, 0]);
    expect(largestFirst([], 3)).toEqual([]);
  });

  it("are quoted so that spaces and line ends can be seen", () => {
    expect(quoted(" she")).toBe("“she”");
    expect(quoted("  ")).toBe("“␣␣”");
    expect(quoted("\n")).toBe("“⏎”");
    expect(quoted(undefined)).toBe("“”");
  });
});

describe("the grid", () => {
  it("has thumbnails of at most as many cells as are drawn", () => {
    for (const tokens of [1, 48, 49, 1024, 2000])
      expect(Math.ceil(tokens / blockFor(tokens))).toBeLessThanOrEqual(thumbnailCells);
    expect(blockFor(48)).toBe(1);
  });

  it("is sorted by a score, what is not computed yet last", () => {
    const heads = [0, 1, 2].flatMap((layer) => [0, 1].map((head) => ({ layer, head })));
    const layers = [
      [report({ self: 0.1 }), report({ self: 0.9 })],
      [report({ self: 0.5 }), report({ self: 0.9 })],
      undefined,
    ];
    expect(sortHeads(heads, layers, "self").map(({ layer, head }) => `${layer}.${head}`)).toEqual([
      "0.1",
      "1.1",
      "1.0",
      "0.0",
      "2.0",
      "2.1",
    ]);
    expect(scoreOf(report({}), "distance")).toBe(4.25);
  });

  it("counts and says what heads look at", () => {
    const counts = countLabels([report({}), report({ label: "self" }), report({})]);
    expect([...counts]).toEqual([
      ["other", 2],
      ["self", 1],
    ]);
    expect(reportSentence(report({ label: "induction" }))).toBe(
      "induction. Mean shares of attention: previous token 0.10, first token 0.20, self 0.30, duplicate token 0.00, induction 0.01, within two tokens 0.50; mean distance 4.3 tokens; normalised entropy 0.75.",
    );
  });
});

describe("words for numbers", () => {
  it("are shares in percent and bytes", () => {
    expect([percent(0.3123), percent(0.0004321), percent(0)]).toEqual(["31.2 %", "0.043 %", "0.0 %"]);
    expect([megabytes(595_280), megabytes(248_000_000), megabytes(1.1e9)]).toEqual(["595 kB", "248.0 MB", "1.10 GB"]);
  });

  it("say what a model is", () => {
    const info: ModelInfo = {
      family: "llama",
      architecture: "LlamaForCausalLM",
      kind: "decoder",
      layers: 2,
      heads: 4,
      keyValueHeads: 2,
      headDim: 12,
      width: 48,
      vocabulary: 256,
      context: 64,
      parameters: 1_234_567,
      bytes: 4_938_268,
      dtype: "f32",
    };
    expect(factsOf(info)).toBe(
      "2 layers × 4 heads (2 of keys and values) · width 48 · 256 tokens · 1.2 million parameters · f32, 4.9 MB, on this device",
    );
  });

  it("give each head its hue, and the mean slate", () => {
    const palette = { paper: "", ink: "", maps: ["slate", "blue", "orange"] };
    expect([null, 0, 1, 2].map((head) => hueOf(palette, head))).toEqual(["slate", "blue", "orange", "blue"]);
  });
});

describe("chosen files", () => {
  const file = (name: string, path: string) => Object.assign(new File([], name), { webkitRelativePath: path });

  it("are those of the folder, without the folders in it", () => {
    const all = [file("config.json", "gpt2/config.json"), file("config.json", "gpt2/onnx/config.json")];
    const { name, files } = chosenFiles(all);
    expect(name).toBe("gpt2");
    expect(files).toEqual([all[0]]);
  });

  it("have a name without a folder too", () => {
    expect(chosenFiles([file("a.safetensors", "")]).name).toBe("a.safetensors");
    expect(chosenFiles([file("a", ""), file("b", "")]).name).toBe("2 files of this device");
  });
});
