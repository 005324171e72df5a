/** How many bytes of maps are held at once: a page keeps to 1 GB of them, so that none may be there twice. */
import { beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../web/src/compute/engine";
import { type Heed, loadHeed, type Tensor } from "../../web/src/compute/heed";
import { parallelAttention } from "../../web/src/compute/maps/parallel-attention";
import { WorkerPool } from "../../web/src/compute/workers/pool";
import { attentionMaps } from "../../web/src/figure/own/attention-maps";
import type { AttentionSettings } from "../../web/src/figure/own/core-settings";
import { FakeWorker } from "./fake-pool";
import { peakOf } from "./held-bytes";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const [heads, tokens] = [12, 512];
const bytesOfMap = 4 * tokens ** 2;
const bytesOfMaps = heads * bytesOfMap;
/** Of two workers: what each answers, its copy for the page, and what is sent to each. */
const onTheWay = 2 * 3 * bytesOfMap;

/** Two workers; `count` is called with every answer, when it is there and not taken in yet. */
const countingPool = (count: () => void) =>
  new WorkerPool(2, () => {
    const worker = new FakeWorker(heed);
    worker.addEventListener("message", () => {
      // They are kept for tests that read them.
      FakeWorker.posted = [];
      count();
    });
    return worker as unknown as Worker;
  });

function tensor(...shape: Tensor["shape"]): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => Math.sin(i)), shape };
}

const settings: AttentionSettings = { causal: true, isAlignedAtEnd: false, temperature: 1, softcap: 0, unit: 1 };

describe("maps are held once", () => {
  it("that several workers compute", async () => {
    const input = tensor(1, heads, tokens, 4);
    const inputs = { query: input, key: input, value: input };
    const peak = await peakOf((count) =>
      parallelAttention(countingPool(count), inputs, { weights: true, logits: false }),
    );
    expect(peak).toBeGreaterThan(bytesOfMaps);
    expect(peak).toBeLessThan(bytesOfMaps + onTheWay);
  });

  it("of Q and K that a reader brings, while they are described too", async () => {
    const query = tensor(1, heads, tokens, 4);
    const peak = await peakOf(async (count) => {
      const engine = new Engine(countingPool(count));
      const collection = await attentionMaps(
        { query, key: query, value: query, notes: [], batches: 1 },
        settings,
        engine,
      );
      await collection.describeAll(count, new AbortController().signal);
      return collection;
    });
    expect(peak).toBeGreaterThan(bytesOfMaps);
    expect(peak).toBeLessThan(bytesOfMaps + onTheWay);
  });

  it("of a file that has them: none beside it", async () => {
    const all = new Float32Array(heads * tokens ** 2).fill(1 / tokens);
    const matrix = (_: number, head: number) => all.subarray(head * tokens ** 2, (head + 1) * tokens ** 2);
    const maps = { layers: 1, heads, rows: tokens, columns: tokens, batches: 1, dtype: "f4", isHeld: true, matrix };
    const peak = await peakOf(async (count) => {
      const engine = new Engine(countingPool(count));
      const collection = await attentionMaps({ maps, values: "weights", notes: [], batches: 1 }, settings, engine);
      await collection.describeAll(count, new AbortController().signal);
      return collection;
    });
    expect(peak).toBeLessThan(onTheWay);
  });

  it("of the source experiment", async () => {
    const options = { tokens, dModel: 4 * heads, heads, seed: 42, temperature: 1, causal: false };
    const peak = await peakOf((count) => new Engine(countingPool(count)).notebook(options));
    expect(peak).toBeGreaterThan(bytesOfMaps);
    expect(peak).toBeLessThan(bytesOfMaps + bytesOfMap + onTheWay);
  });
});
