import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { loadLab } from "../../../web/src/compute/lab";
import { storiesCheckpoint } from "../../../web/src/explorer/worker/stories-checkpoint";
import { openModel } from "../../../web/src/models/models";

const file = readFileSync(new URL("../../../web/public/models/stories.safetensors", import.meta.url));
const bytes = () => Uint8Array.from(file).buffer;

it("a network of the page's trainer computes as a checkpoint what it computes as it is", async () => {
  const { files, words } = storiesCheckpoint(bytes());
  const model = await openModel({ files });
  const own = (await loadLab()).openModel(Uint8Array.from(file));
  if (!own) throw new Error("the lab opened no model");
  const text = "one windy morning , Clara set out for the mill . Clara stopped because she was".split(" ");
  const inputIds = text.map((word) => words.indexOf(word));
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
    __metadata__: { d_model: "2", heads: "1", layers: "0" },
    embedding: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
  });
  const bytes = new Uint8Array(8 + header.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  expect(() => storiesCheckpoint(bytes.buffer)).toThrow("the model has no tensor embedding in half precision");
});
