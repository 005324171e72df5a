import { beforeAll, describe, expect, it, vi } from "vitest";
import { type AttentionOptions, type Heed, loadHeed, type Tensor } from "../../web/src/compute/heed";
import { LongMap, tileCells } from "../../web/src/compute/maps/long-map";
import { FakeWorker, fakePool } from "./fake-pool";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const pool = (size?: number, fates?: Parameters<typeof fakePool>[2]) => fakePool(heed, size, fates);

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
      if (touched <= 8) first.push(touched);
      if (touched === 8) expect(map.isSampled).toBe(true);
      seen(share);
    };
    await done;
    expect(first.at(-1)).toBe(8); // one row of cells in each of 8 bands, before any band is filled
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

  it("goes on where what hears of its progress throws, and counts no row twice", async () => {
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    const map = await LongMap.open(pool(), { handmade: { tokens: 700 } }, { causal: true });
    const failed = vi.fn();
    map.onError = failed;
    await new Promise<void>((resolve) => {
      map.onProgress = (share) => {
        if (share === 1) resolve();
        throw new Error("a drawing failed");
      };
      map.want({ level: 2, firstRow: 0, firstColumn: 0, endRow: 1, endColumn: 1 });
    });
    expect(map.tile({ level: 2, row: 0, column: 0 })?.isComplete).toBe(true);
    expect(failed).not.toHaveBeenCalled();
    expect(report.mock.calls.map(String)[0]).toBe("Error: a drawing failed");
    vi.unstubAllGlobals();
  });

  it("takes what is known of a row of cells along to the worker that adds to it, and one worker adds at a time", async () => {
    const { map, complete } = await openLongMap(4096, { causal: true }, pool(3));
    const done = complete(4);
    await done;
    const parts = FakeWorker.posted.flatMap((message) =>
      message.name === "mapLongHead" ? [message.request.part] : [],
    );
    const begun = new Map<number, number>();
    for (const { row, rows, rowBlock, before } of parts) {
      const cell = Math.floor(row / rowBlock);
      expect(before === undefined).toBe(!begun.has(cell));
      expect(row).toBe(begun.get(cell) ?? cell * rowBlock);
      for (let at = cell; at * rowBlock < row + rows; at++) begun.set(at, Math.min(row + rows, (at + 1) * rowBlock));
    }
    expect(begun.size).toBe(256);
    map.close();
  });

  it("has the core add up rows and columns of cells", async () => {
    const { map } = await openLongMap(300);
    const head = heed.handmadeLongHead({ tokens: 300 }, { causal: true });
    const block = 8;
    const part = { row: 0, rows: 300, rowBlock: block, column: 0, columns: 300, columnBlock: block };
    const { sum } = head.map(part);
    const known = { ...sum, data: sum.data.map((_, i) => Math.min(block, 300 - Math.floor(i / 38) * block)) };
    const entropy = { data: head.rows(0, 300).entropy.data, shape: [1, 1, 300, 1] as Tensor["shape"] };
    const margins = await map.margins({ sum, known, entropy, keys: 300, block });
    for (const given of margins.given.data) expect(given).toBeCloseTo(1, 4);
    const received = margins.received.data.reduce((all, each, i) => all + each * Math.min(block, 300 - i * block), 0);
    expect(received).toBeCloseTo(300, 2);
    expect(margins.leastEntropy.data[0]).toBe(0);
    await expect(map.margins({ sum, known, entropy, keys: 299, block: 7 })).rejects.toThrow(
      "cells of 300 queries and 299 keys have a tensor (1, 1, 38, 38); expected (1, 1, 43, 43)",
    );
    head.delete();
  });

  it("goes on where a worker has died", async () => {
    const { map, complete } = await openLongMap(700, { causal: true }, pool(2, [undefined, { diesAt: "mapLongHead" }]));
    await complete(1);
    expect(map.tile({ level: 1, row: 0, column: 0 })?.isComplete).toBe(true);
  });
});
