import { beforeAll, describe, expect, it, vi } from "vitest";
import { EngineError, Superseded } from "../../web/src/engine/errors";
import { type AttentionOptions, type Heed, loadHeed, type Tensor } from "../../web/src/engine/heed";
import { LongMap, tileCells } from "../../web/src/engine/long-map";
import { parallelAttention } from "../../web/src/engine/parallel-attention";
import { WorkerPool } from "../../web/src/engine/pool";
import type { Answer, TaskMessage } from "../../web/src/engine/protocol";
import { perform } from "../../web/src/engine/tasks";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

/** A worker on the same thread: answers in a later turn, and can die. */
class FakeWorker extends EventTarget {
  static posted: TaskMessage[] = [];
  isAlive = true;
  /** Dies at this task instead of answering. */
  diesAt: TaskMessage["name"] | undefined;

  postMessage(message: TaskMessage) {
    FakeWorker.posted.push(message);
    setTimeout(() => {
      if (!this.isAlive) return;
      if (this.diesAt === message.name) {
        this.isAlive = false;
        this.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message: "out of memory" }));
        return;
      }
      this.dispatchEvent(new MessageEvent("message", { data: this.#answer(message) }));
    });
  }

  #answer(message: TaskMessage): Answer {
    try {
      return { id: message.id, result: perform(heed, message).result };
    } catch (error) {
      return { id: message.id, error: { kind: "input", message: (error as Error).message } };
    }
  }

  terminate() {
    this.isAlive = false;
  }
}

function pool(size = 2, dying: TaskMessage["name"][] = []) {
  FakeWorker.posted = [];
  return new WorkerPool(size, () => {
    const worker = new FakeWorker();
    worker.diesAt = dying.shift();
    return worker as unknown as Worker;
  });
}

function tensor(shape: Tensor["shape"], seed: number): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => (((i + seed) * 0.6180339887) % 1) - 0.5), shape };
}

async function openLongMap(tokens: number, options: AttentionOptions = { causal: true }, workers = pool()) {
  const map = await LongMap.open(workers, { handmade: { tokens } }, options);
  const whole = { firstRow: 0, firstColumn: 0 };
  const complete = (level: number) =>
    new Promise<void>((resolve, reject) => {
      map.onProgress = (share) => share === 1 && resolve();
      map.onError = reject;
      const tiles = Math.ceil(tokens / 2 ** level / tileCells);
      map.want({ level, ...whole, endRow: tiles, endColumn: tiles });
    });
  return { map, complete };
}

describe("a long map", () => {
  it.each([0, 1, 2, 3])("holds the largest weight and the sum of every block: level %i", async (level) => {
    const tokens = 700;
    const { map, complete } = await openLongMap(tokens);
    await complete(level);
    const head = heed.handmadeLongHead({ tokens }, { causal: true });
    const block = 2 ** level;
    const part = { row: 0, rows: tokens, rowBlock: block, column: 0, columns: tokens, columnBlock: block };
    const expected = head.map(part);
    const width = expected.sum.shape[3];
    let worst = 0;
    for (let i = 0; i < expected.sum.shape[2]; i++)
      for (let j = 0; j < width; j++) {
        const key = { level, row: Math.floor(i / tileCells), column: Math.floor(j / tileCells) };
        const at = (i % tileCells) * tileCells + (j % tileCells);
        const tile = map.tile(key);
        worst = Math.max(
          worst,
          Math.abs((tile?.largest[at] ?? Number.NaN) - (expected.largest.data[i * width + j] as number)),
        );
        worst = Math.max(
          worst,
          Math.abs((tile?.sum[at] ?? Number.NaN) - (expected.sum.data[i * width + j] as number)) / block,
        );
      }
    expect(worst).toBeLessThan(1e-5);
    expect(map.entropy).toEqual(head.rows(0, tokens).entropy.data);
    expect(map.known.every((known) => known === 1)).toBe(true);
    head.delete();
  });

  it("looks at a sample of rows across the view before anything else", async () => {
    const { map, complete } = await openLongMap(4096, { causal: true }, pool(1));
    const first: number[] = [];
    const done = complete(4);
    const seen = map.onProgress;
    map.onProgress = (share) => {
      const tile = map.tile({ level: 4, row: 0, column: 0 });
      const touched = tile ? [...tile.rowsDone].filter((rows) => rows > 0).length : 0;
      if (touched <= 32) first.push(touched);
      seen(share);
    };
    await done;
    expect(first.at(-1)).toBe(32); // one row of cells in each of 32 bands, before any band is filled
    expect(map.tile({ level: 4, row: 0, column: 0 })?.isComplete).toBe(true);
  });

  it("drops what has not begun when the view moves on", async () => {
    const { map, complete } = await openLongMap(4096, { causal: true }, pool(1));
    void complete(0);
    const done = complete(4);
    await done;
    const begun = map.tile({ level: 0, row: 8, column: 8 });
    expect(begun?.isComplete).toBe(false);
    map.close();
  });

  it("gives a single weight exactly", async () => {
    const { map } = await openLongMap(300);
    const { handmade } = { handmade: heed.handmadeLongHead({ tokens: 300 }, { causal: true }) };
    const part = { row: 120, rows: 1, column: 77, columns: 1 };
    expect(await map.weight(120, 77)).toBeCloseTo(handmade.map(part).largest.data[0] as number, 9);
    expect(await map.weight(10, 11)).toBe(0);
  });

  it("says why a head cannot be opened", async () => {
    const source = { query: tensor([1, 1, 5, 4], 0), key: tensor([1, 1, 5, 3], 0) };
    await expect(LongMap.open(pool(), source, {})).rejects.toThrow("Q has dim 4 but K has 3");
    await expect(LongMap.open(pool(), { handmade: { tokens: 0 } }, {})).rejects.toThrow("there are 0 tokens");
  });

  it("goes on where a worker has died", async () => {
    const { map, complete } = await openLongMap(700, { causal: true }, pool(2, [undefined, "mapLongHead"] as never));
    await complete(1);
    expect(map.tile({ level: 1, row: 0, column: 0 })?.isComplete).toBe(true);
  });
});

describe("attention on several workers", () => {
  const inputs = { query: tensor([2, 4, 37, 8], 0), key: tensor([2, 2, 50, 8], 99), value: tensor([2, 2, 50, 6], 7) };
  const mask = {
    data: Uint8Array.from({ length: 2 * 37 * 50 }, (_, i) => (i % 3 ? 1 : 0)),
    shape: [2, 1, 37, 50] as Tensor["shape"],
  };

  it.each<[string, AttentionOptions]>([
    ["plain", {}],
    ["causal with an offset", { causal: true, queryOffset: 5 }],
    ["window and key lengths", { window: [9, 3], keyLengths: [50, 20] }],
    ["mask", { mask }],
    ["bias of one row", { bias: tensor([1, 4, 1, 50], 3) }],
    ["weights", { weights: true }],
  ])("agrees with one: %s", async (_, options) => {
    const expected = heed.attention(inputs, options);
    const result = await parallelAttention(pool(3), inputs, options);
    for (const name of ["output", "logSumExp", "entropy", "visibleKeys", "weights", "logits"] as const) {
      expect(result[name]?.shape).toEqual(expected[name]?.shape);
      for (const [i, value] of expected[name]?.data.entries() ?? [])
        expect(Math.abs((result[name]?.data[i] as number) - value) <= 1e-6 || result[name]?.data[i] === value).toBe(
          true,
        );
    }
  });

  it("divides one head by its queries", async () => {
    const one = { query: tensor([1, 1, 40, 8], 0), key: tensor([1, 1, 40, 8], 1), value: tensor([1, 1, 40, 8], 2) };
    await parallelAttention(pool(2), one, {});
    expect(FakeWorker.posted.length).toBe(4);
  });

  it("refuses what does not fit in the core's words", async () => {
    const broken = { ...inputs, value: tensor([2, 2, 49, 6], 0) };
    await expect(parallelAttention(pool(), broken, {})).rejects.toThrow("K has 50 rows but V has 49");
    await expect(parallelAttention(pool(), inputs, { temperature: 0 })).rejects.toThrow("temperature is 0");
    await expect(parallelAttention(pool(), inputs, { keyLengths: [3] })).rejects.toThrow("key");
    await expect(parallelAttention(pool(), {} as never, {})).rejects.toThrow("query is undefined");
  });
});

describe("the pool", () => {
  const task = () => ({
    request: { options: { tokens: 8, dModel: 64, heads: 4, seed: 42, causal: false, temperature: 1 }, head: 0 },
  });

  it("does a task again when its worker dies, and gives up when it dies twice", async () => {
    const revived = pool(1, ["notebookMap"]);
    await revived.run("sizeOfLongHead", () => ({ request: { session: 0 } })).catch(() => {});
    const map = await revived.run("notebookMap", task);
    expect(map.meanEntropy.toFixed(4)).toBe("1.9182");
    const hopeless = pool(1, ["notebookMap", "notebookMap"]);
    await hopeless.run("sizeOfLongHead", () => ({ request: { session: 0 } })).catch(() => {});
    // The second worker never answered anything, so it is not tried a third time.
    await expect(hopeless.run("notebookMap", task)).rejects.toThrow(
      "A worker that computes the figures stopped: out of memory.",
    );
  });

  it("says so when a worker cannot be loaded", async () => {
    await expect(pool(1, ["notebookMap"]).run("notebookMap", task)).rejects.toBeInstanceOf(EngineError);
  });

  it("drops a channel's tasks, waiting or running, and leaves the others", async () => {
    const one = pool(1);
    const running = one.run("notebookMap", task, "a");
    const waiting = one.run("notebookMap", task, "a");
    const other = one.run("notebookMap", task, "b");
    const dropped = Promise.allSettled([running, waiting]);
    one.drop("a");
    expect((await dropped).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(running).rejects.toBeInstanceOf(Superseded);
    expect((await other).queries).toBe(8);
    expect(FakeWorker.posted.length).toBe(2);
  });

  it("ends", async () => {
    const one = pool(1);
    const late = vi.fn();
    const running = one.run("notebookMap", task).catch(late);
    one.close();
    await running;
    expect(late).toHaveBeenCalledOnce();
  });
});
