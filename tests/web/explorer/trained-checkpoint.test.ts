import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadLab } from "../../../web/src/compute/lab";
import { isTrained, trainedCheckpoint } from "../../../web/src/explorer/worker/trained-checkpoint";
import { openModel } from "../../../web/src/models/models";
import { modelFixture } from "../../package/model-fixture.mjs";

const texts = {
  stories: "one windy morning , Clara set out for the mill . Clara stopped because she was",
  induction: "a b c d e f a b c",
};

it.each(["stories", "induction"] as const)("%s computes as a checkpoint what it computes as it is", async (name) => {
  const file = readFileSync(new URL(`../../../web/public/models/${name}.safetensors`, import.meta.url));
  const { buffer } = Uint8Array.from(file);
  expect(isTrained(buffer)).toBe(true);
  const { files, words } = trainedCheckpoint(buffer);
  const model = await openModel({ files });
  const own = (await loadLab()).openModel(Uint8Array.from(file));
  if (!own) throw new Error("the lab opened no model");
  const inputIds = texts[name].split(" ").map((word) => words.indexOf(word));
  expect(inputIds).not.toContain(-1);
  const { maps, probabilities } = own.run(inputIds, []);
  const run = await model.run({ inputIds });
  for (const [layer, heads] of maps.entries())
    for (const [head, map] of heads.entries()) {
      const { weights, entropy } = run.head(layer, head);
      // Both round float32 sums in orders of their own.
      for (const [i, weight] of map.weights.entries()) expect(weights[i]).toBeCloseTo(weight, 5);
      for (const [i, nats] of map.entropy.entries()) expect(entropy[i]).toBeCloseTo(nats, 4);
    }
  const vocabulary = words.length;
  const last = inputIds.length - 1;
  for (const { id, probability } of run.predictions(maps.length, last, 20))
    expect(probability).toBeCloseTo(probabilities[probabilities.length - vocabulary + id] ?? Number.NaN, 5);
  run.close();
  model.close();
  own.delete();
});

it("tensors in another precision are refused by name", () => {
  const header = JSON.stringify({
    __metadata__: { d_model: "2", heads: "1", layers: "0", norm: "layer", positions: "rotary", feed_forward: "none" },
    embedding: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
  });
  const bytes = new Uint8Array(8 + header.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  expect(() => trainedCheckpoint(bytes.buffer)).toThrow("the model has no tensor embedding in half precision");
});

it("a file of another trainer is not taken for one, and a network that cannot be read so is refused", () => {
  const { files } = modelFixture("gpt2");
  expect(isTrained(Uint8Array.from(files["model.safetensors"] as Uint8Array).buffer)).toBe(false);
  expect(isTrained(new ArrayBuffer(4))).toBe(false);
  const header = JSON.stringify({
    __metadata__: { task: "x", d_model: "2", norm: "rms", positions: "rotary", feed_forward: "none" },
  });
  const bytes = new Uint8Array(8 + header.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  expect(() => trainedCheckpoint(bytes.buffer)).toThrow(/^the network has rms norms/);
});

describe("a network whose metadata are not those of its tensors is refused before anything is made by them", () => {
  const file = (metadata: object, shape: readonly number[], size = 2 * shape.reduce((a, b) => a * b, 1)) => {
    const header = JSON.stringify({
      __metadata__: {
        d_model: "4",
        heads: "2",
        layers: "0",
        norm: "layer",
        positions: "rotary",
        feed_forward: "none",
        ...metadata,
      },
      embedding: { dtype: "F16", shape, data_offsets: [0, size] },
    });
    const bytes = new Uint8Array(8 + header.length + size);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    return bytes.buffer;
  };

  it.each([
    [
      "of another width",
      file({ d_model: "2000000000" }, [3, 4]),
      "the network’s d_model is said to be 2000000000, but its embedding has 4 columns",
    ],
    ["of heads without pairs", file({ heads: "4" }, [3, 4]), "d_model of 4 is not made of pairs for each of 4 heads"],
    ["of no heads", file({ heads: "0" }, [3, 4]), "d_model of 4 is not made of pairs for each of 0 heads"],
    ["of a shape beyond the file", file({}, [2e9, 4], 24), "embedding of shape (2000000000, 4) and type F16 takes"],
    ["of very many rows of nothing", file({}, [2e15, 0]), "the model has no tensor embedding in half precision"],
  ])("%s", (_, bytes, message) => {
    expect(() => trainedCheckpoint(bytes)).toThrow(message);
  });
});
