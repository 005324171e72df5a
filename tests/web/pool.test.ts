import { beforeAll, describe, expect, it, vi } from "vitest";
import { EngineError, Superseded } from "../../web/src/engine/errors";
import { type Heed, loadHeed } from "../../web/src/engine/heed";
import { FakeWorker, fakePool } from "./fake-pool";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const pool = (size?: number, dying?: Parameters<typeof fakePool>[2]) => fakePool(heed, size, dying);

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

  it("leaves the work to the workers that run where another cannot be loaded", async () => {
    const offline = pool(3, [undefined, "notebookMap", "notebookMap"]);
    await offline.run("notebookMap", task);
    const maps = await Promise.all([1, 2, 3].map(() => offline.run("notebookMap", task)));
    expect(maps.map(({ queries }) => queries)).toEqual([8, 8, 8]);
    // Nothing is asked again of workers that could not be had.
    FakeWorker.posted = [];
    await Promise.all([1, 2].map(() => offline.run("notebookMap", task)));
    expect(FakeWorker.posted.length).toBe(2);
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
