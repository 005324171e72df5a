import { describe, expect, it } from "vitest";
import { chosenFiles } from "../../../web/src/explorer/opening/chosen-files";
import { megabytes } from "../../../web/src/explorer/opening/megabytes";
import { factsOf } from "../../../web/src/explorer/opening/model-opener";
import { hueOf, quoted, type Scene } from "../../../web/src/explorer/scene";
import { type ExplorerState, initialState } from "../../../web/src/explorer/state";
import { effectsByLayer, effectsOf } from "../../../web/src/explorer/views/effects-view";
import { blockFor, countLabels, reportSentence, thumbnailCells } from "../../../web/src/explorer/views/grid-view";
import { linesOf, startingThreshold } from "../../../web/src/explorer/views/head/arcs";
import { cellsOf } from "../../../web/src/explorer/views/head/head-cells";
import { scoreOf, sortHeads } from "../../../web/src/explorer/views/head-order";
import { componentsOf, stepsOf } from "../../../web/src/explorer/views/pair-view";
import { percent } from "../../../web/src/explorer/views/predictions-view";
import { gridOf } from "../../../web/src/explorer/views/shaded-picture";
import { normalised, partSeen, patchNames, shapeOfPictures } from "../../../web/src/explorer/worker/picture";
import type { OpenedModel } from "../../../web/src/explorer/worker/protocol";
import { largestFirst, sharesOf, weightsOf } from "../../../web/src/figure/maps/token-shares";
import { imageProcessingOf, usualProcessing } from "../../../web/src/models/image-processing";
import type { HeadReport, HeadWeights, ModelInfo, PairExplanation } from "../../../web/src/models/models";

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
    expect([...sharesOf(weightsOf(head, 1, true))]).toEqual([Math.fround(0.25 / 0.75), 1, 0]);
    expect([...sharesOf(weightsOf(head, 0, false))]).toEqual([1, 0.25, 0.5]);
    expect([...sharesOf(new Float32Array(3))]).toEqual([0, 0, 0]);
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
    expect(
      sortHeads(heads, { layers, divergence: [], similarity: [] }, "self").map(({ layer, head }) => `${layer}.${head}`),
    ).toEqual(["0.1", "1.1", "1.0", "0.0", "2.0", "2.1"]);
    expect(scoreOf(report({}), "distance")).toBe(4.25);
    const moved = [
      [0, 0.5],
      [0.25, 0.1],
    ];
    expect(
      sortHeads(heads, { layers, divergence: moved, similarity: [] }, "change")
        .map(({ layer, head }) => `${layer}.${head}`)
        .slice(0, 4),
    ).toEqual(["0.1", "1.0", "1.1", "0.0"]);
    // The head itself first; of the last layer nothing is known yet.
    const similarity = [
      [0.5, 0.25],
      [0.1, 0],
    ];
    expect(
      sortHeads(heads, { layers, divergence: [], similarity }, "similarity").map(
        ({ layer, head }) => `${layer}.${head}`,
      ),
    ).toEqual(["1.1", "1.0", "0.1", "0.0", "2.0", "2.1"]);
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
    expect(reportSentence(report({}), "two texts")).toBe(
      "other. Mean share of the other text’s first token 0.20; normalised entropy 0.75.",
    );
    expect(reportSentence(report({}), "patches")).toContain("class token 0.20, self 0.30;");
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
      memory: 6_400_000,
      dtype: "f32",
      threads: 1,
      predicts: "tokens",
    };
    expect(factsOf(info)).toBe(
      "2 layers × 4 heads (2 of keys and values) · width 48 · 256 tokens · 1.2 million parameters · f32, 4.9 MB, on this device",
    );
    const image = { channels: 3, height: 224, width: 224, patchHeight: 16, patchWidth: 16, anySize: false };
    expect(factsOf({ ...info, kind: "image", vocabulary: 0, image })).toContain(" · 196 patches of 16 × 16 pixels · ");
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

  it("are those of the folder nearest to the top that has a configuration, as in the hub's own cache", () => {
    const all = [
      file("main", "models--gpt2/refs/main"),
      file("config.json", "models--gpt2/snapshots/607a30d/onnx/config.json"),
      file("config.json", "models--gpt2/snapshots/607a30d/config.json"),
      file("model.safetensors", "models--gpt2/snapshots/607a30d/model.safetensors"),
    ];
    const { name, files } = chosenFiles(all);
    expect(name).toBe("models--gpt2");
    expect(files).toEqual([all[2], all[3]]);
  });

  it("have a name without a folder too", () => {
    expect(chosenFiles([file("a.safetensors", "")]).name).toBe("a.safetensors");
    expect(chosenFiles([file("a", ""), file("b", "")]).name).toBe("2 files of this device");
  });
});

describe("the cells of a head", () => {
  const head: HeadWeights = {
    queries: 3,
    keys: 3,
    weights: Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0.5, 0.3, 0.2),
    visible: Uint8Array.of(1, 0, 0, 1, 1, 0, 1, 1, 1),
    visibleKeys: Float32Array.of(1, 2, 3),
    entropy: new Float32Array(3),
    largest: 1,
  };
  const model = { info: { kind: "encoder" }, readsText: true, predictsTokens: true } as unknown as OpenedModel;
  const text = { input: { ids: [1, 2, 3] }, names: ["a", "b", "c"], unknown: [], sequenceIds: [0, 0, 1] as (0 | 1)[] };
  const scene = { state: initialState, head, changedHead: null, values: null, text, model } as unknown as Scene;
  const cells = (state: Partial<ExplorerState>, more: Partial<Scene> = {}) =>
    cellsOf({ ...scene, ...more, state: { ...initialState, ...state } });

  it("are its weights, and nothing while what is asked for is not there", () => {
    expect(cells({})?.weights).toBe(head.weights);
    expect(cells({}, { head: null })).toBeNull();
    expect(cells({ value: "product" })).toBeNull();
    expect(cells({ comparison: "difference" })).toBeNull();
    expect(cells({ value: "logit", head: null })?.weights).toBe(head.weights);
  });

  it("are logits of hidden pairs too, but for masked ones", () => {
    const values = Float32Array.of(-1, 9, 9, 2, -3, 9, 1, 1, 1);
    expect(cells({ value: "masked logit" }, { values })).toMatchObject({
      isSigned: true,
      largest: 3,
      visible: head.visible,
    });
    expect(Array.from(cells({ value: "logit" }, { values })?.visible ?? [])).toEqual(Array(9).fill(1));
    expect(cells({ value: "weighted norm" }, { values })?.isSigned).toBe(false);
  });

  it("are the difference that changes make", () => {
    const changedHead = { ...head, weights: Float32Array.of(1, 0, 0, 0.75, 0.25, 0, 0.5, 0.3, 0.2) };
    expect(cells({ comparison: "difference" }, { changedHead })).toBeNull();
    const apart = { weights: Float32Array.of(0, 0, 0, 0.5, -0.5, 0, 0, 0, 0), largest: 0.5 };
    const difference = cells({ comparison: "difference" }, { changedHead, difference: apart });
    expect(difference).toMatchObject({ visible: head.visible, isSigned: true });
    expect(Array.from(difference?.weights.slice(3, 6) ?? [])).toEqual([0.5, -0.5, 0]);
    expect(difference?.largest).toBe(0.5);
    expect(cells({ comparison: "with the changes" }, { changedHead })?.weights).toBe(changedHead.weights);
  });

  it("are those from one text of a pair to another", () => {
    expect(cells({ block: "B → A" })).toMatchObject({ queries: 1, keys: 2, firstQuery: 2, firstKey: 0 });
    expect(Array.from(cells({ block: "B → A" })?.weights ?? [])).toEqual([Math.fround(0.5), Math.fround(0.3)]);
    expect(Array.from(cells({ block: "A → B" })?.visible ?? [])).toEqual([0, 0]);
  });

  it("are lines where they are large, the rest as a count", () => {
    const { lines, rest } = linesOf(head, 0.3);
    expect(lines.map(({ query, key }) => `${query}.${key}`)).toEqual(["0.0", "1.1", "2.0", "2.1"]);
    expect(rest).toBe(2);
    expect(startingThreshold({ weights: head.weights, queries: 1 })).toBe(0.5);
  });
});

describe("why a weight is what it is", () => {
  const pair: PairExplanation = {
    query: Float32Array.of(1, -2, 3),
    key: Float32Array.of(1, 4, 0.5),
    products: Float32Array.of(1, -8, 1.5),
    product: -5.5,
    scale: 0.5,
    softcap: 0,
    bias: 0,
    logit: -2.75,
    logSumExp: 0.5,
    weight: 0.0388,
    visible: true,
    rotary: false,
    productBeforeTurn: -5.5,
  };

  it("is told by the largest products of either sign", () => {
    expect(componentsOf(pair)).toEqual([1, 2, 0]);
  });

  it("is told step by step, with the steps that there are", () => {
    expect(stepsOf(pair)).toEqual([
      "q · k = −5.500; times the scale 0.500 that is −2.750.",
      "The logit is −2.750; the query’s log-sum-exp is 0.500, so that the weight is e^(−2.750 − 0.500) = 0.039.",
    ]);
    const all = stepsOf({
      ...pair,
      rotary: true,
      softcap: 50,
      bias: 1,
      visible: false,
      weight: 0,
      productBeforeTurn: 2,
    });
    expect(all).toHaveLength(5);
    expect(all[0]).toBe("Before they are turned by their positions, q · k = 2.000; the turn makes it −5.500.");
    expect(all.at(-1)).toContain("the query may not see the key: the weight is 0.");
  });
});

describe("direct effects", () => {
  const effects = {
    logit: 9.5,
    embedding: 3,
    constant: 0.5,
    heads: [
      [1, 2],
      [0, 0],
    ],
    crossHeads: [[3], [0]],
    feedForward: [-1, 1],
    layers: [5, 1],
  };

  it("are listed layer by layer, after what comes before the first", () => {
    expect(effectsByLayer(effects).map(({ name, value }) => [name, value])).toEqual([
      ["Embedding", 3],
      ["Biases", 0.5],
      ["Layer 1", 5],
      ["Layer 2", 1],
    ]);
  });

  it("are listed part by part", () => {
    expect(
      effectsOf(effects)
        .map(({ name, value }) => [name, value])
        .slice(0, 4),
    ).toEqual([
      ["Layer 1, head 1", 1],
      ["Layer 1, head 2", 2],
      ["Cross-attention, layer 1, head 1", 3],
      ["Layer 1, feed-forward", -1],
    ]);
  });
});

describe("pictures", () => {
  const image = { channels: 3, height: 4, width: 6, patchHeight: 2, patchWidth: 2, anySize: false };

  it("are cut into patches by rows, after the class token", () => {
    expect(gridOf(image)).toEqual([3, 2]);
    expect(patchNames(image)).toEqual([
      "class token",
      " patch 1, 1",
      " patch 1, 2",
      " patch 1, 3",
      " patch 2, 1",
      " patch 2, 2",
      " patch 2, 3",
    ]);
  });

  it("are normalised channel by channel", () => {
    const rgba = [0, 255, 51, 255, 255, 0, 51, 255];
    const vit = usualProcessing("vit", 4, 6);
    const wanted = [-1, 1, 1, -1, Math.fround(-0.6), Math.fround(-0.6)];
    // 1/255 is rounded.
    for (const [i, value] of normalised(rgba, vit).entries()) expect(value).toBeCloseTo(wanted[i] ?? 0, 6);
    expect(normalised(rgba, usualProcessing("dinov2", 4, 6))[0]).toBeCloseTo(-0.485 / 0.229, 5);
    const bare = { factor: 1, mean: [0, 0, 0], deviation: [1, 1, 2] };
    expect(Array.from(normalised(rgba, bare))).toEqual([0, 255, 255, 0, 25.5, 25.5]);
  });

  it("are squeezed, or cut out of the middle, as the model's file says", () => {
    const colours = { factor: 1, mean: [0, 0, 0], deviation: [1, 1, 1] };
    const photo = { width: 640, height: 480 };
    expect(partSeen(photo, { ...colours, resize: { width: 224, height: 224 } })).toEqual({
      left: 0,
      top: 0,
      width: 640,
      height: 480,
    });
    // DINOv2's: the shorter side to 256, of which the middle 224 × 224 are kept.
    const part = partSeen(photo, { ...colours, resize: { shortestEdge: 256 }, crop: { width: 224, height: 224 } });
    expect(part).toEqual({ left: 110, top: 30, width: 420, height: 420 });
    expect(partSeen(photo, colours)).toEqual({ left: 0, top: 0, width: 640, height: 480 });
    expect(partSeen(photo, { ...colours, crop: { width: 100, height: 50 } })).toEqual({
      left: 270,
      top: 215,
      width: 100,
      height: 50,
    });
  });
});

describe("the size that pictures become", () => {
  const dinov2 = { channels: 3, height: 518, width: 518, patchHeight: 14, patchWidth: 14, anySize: true };
  const colours = { factor: 1, mean: [0, 0, 0], deviation: [1, 1, 1] };

  it("is what the model's file says, where the model takes any", () => {
    const processing = { ...colours, resize: { shortestEdge: 256 }, crop: { height: 224, width: 210 } };
    expect(shapeOfPictures(dinov2, processing)).toEqual({ ...dinov2, height: 224, width: 210 });
    expect(shapeOfPictures(dinov2, { ...colours, resize: { height: 28, width: 42 } })).toMatchObject({ width: 42 });
  });

  it("is the model's own otherwise", () => {
    const processing = { ...colours, crop: { height: 224, width: 224 } };
    expect(shapeOfPictures({ ...dinov2, anySize: false }, processing).height).toBe(518);
    expect(shapeOfPictures(dinov2, undefined)).toBe(dinov2);
    expect(shapeOfPictures(dinov2, { ...colours, resize: { shortestEdge: 256 } })).toBe(dinov2);
    expect(shapeOfPictures(dinov2, { ...colours, crop: { height: 13, width: 224 } })).toBe(dinov2);
  });
});

describe("preprocessor_config.json", () => {
  const read = (fields: unknown) => imageProcessingOf(new TextEncoder().encode(JSON.stringify(fields)));

  it("says how pictures are resized, cut and normalised", () => {
    const dinov2 = {
      crop_size: { height: 224, width: 224 },
      do_center_crop: true,
      do_normalize: true,
      do_rescale: true,
      do_resize: true,
      image_mean: [0.485, 0.456, 0.406],
      image_std: [0.229, 0.224, 0.225],
      rescale_factor: 0.00392156862745098,
      size: { shortest_edge: 256 },
    };
    expect(read(dinov2)).toEqual({
      resize: { shortestEdge: 256 },
      crop: { height: 224, width: 224 },
      factor: 0.00392156862745098,
      mean: [0.485, 0.456, 0.406],
      deviation: [0.229, 0.224, 0.225],
    });
    expect(read({ size: 224, do_rescale: false, do_normalize: false })).toEqual({
      resize: { height: 224, width: 224 },
      factor: 1,
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
    });
    expect(read({ do_resize: false })).toEqual({ factor: 1 / 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] });
  });

  it("is refused where a field makes no sense, with its value", () => {
    for (const [fields, message] of [
      [[], "preprocessor_config.json is no object"],
      [{}, "size is undefined; it must be a number or an object"],
      [{ size: 0 }, "size is 0; it must be of whole numbers from 1 to 8192"],
      [{ size: { height: 224 } }, 'size is {"height":224}; it must be of whole numbers from 1 to 8192'],
      [{ size: 4, do_center_crop: true, crop_size: { shortest_edge: 4 } }, "crop_size is"],
      [{ size: 4, image_std: [1, 0, 1] }, "image_std is [1,0,1]; it must be three numbers that are not 0"],
      [{ size: 4, image_mean: [0.5] }, "image_mean is [0.5]; it must be three numbers"],
      [{ size: 4, rescale_factor: "1/255" }, 'rescale_factor is "1/255"; it must be a number'],
      [{ size: 4, do_normalize: 1 }, "do_normalize is 1; it must be true or false"],
    ] as const)
      expect(() => read(fields)).toThrow(message);
  });
});
