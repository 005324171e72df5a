import { beforeAll, describe, expect, it, vi } from "vitest";
import { EngineError, Superseded } from "../../web/src/engine/errors";
import { type Heed, loadHeed } from "../../web/src/engine/heed";
import { OwnThread } from "../../web/src/engine/own-thread";
import { WorkerPool } from "../../web/src/engine/pool";
import { serve } from "../../web/src/engine/serve";
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

  describe("where no worker can be had", () => {
    const { request } = task();
    const mapsOf = (pool: WorkerPool) =>
      Promise.all([-1, 0, 1, 2].map((head) => pool.run("notebookMap", () => ({ request: { ...request, head } }))));
    const failing = () => {
      const worker = new FakeWorker(heed);
      worker.diesAt = "notebookMap";
      return worker as unknown as Worker;
    };
    const forbidden = () => {
      throw new DOMException("forbidden by policy", "SecurityError");
    };
    const working = () => new OwnThread(async () => serve) as unknown as Worker;

    it.each([
      ["an error", failing],
      ["an exception", forbidden],
    ])("leaves all work to a stand-in: %s", async (_, start) => {
      const standIn = vi.fn(working);
      const alone = new WorkerPool(3, start, standIn);
      const maps = await mapsOf(alone);
      expect(maps.map(({ meanEntropy }) => meanEntropy.toFixed(4))).toEqual(["0.5858", "1.9182", "1.9323", "1.7070"]);
      expect(standIn).toHaveBeenCalledOnce();
      await expect(
        alone.run("notebookMap", () => ({ request: { ...request, options: { ...request.options, heads: 3 } } })),
      ).rejects.toThrow("3");
      // Ended and begun again, it does not ask for workers a second time.
      alone.close();
      await mapsOf(alone);
      expect(standIn).toHaveBeenCalledTimes(2);
    });

    it("sets up the stand-in as it would a worker", async () => {
      const alone = new WorkerPool(2, forbidden, working);
      const source = { handmade: { tokens: 64, seed: 1, stride: 0 } };
      alone.setUp("head", "openLongHead", () => ({ request: { session: 7, source, options: {} } }));
      const size = await alone.run("sizeOfLongHead", () => ({ request: { session: 7 } }));
      expect(size).toEqual({ queries: 64, keys: 64 });
    });

    it("says so when the stand-in's script is not there either, and then tries workers again", async () => {
      const broken = vi.fn(() => new OwnThread(() => Promise.reject(new Error("gone"))) as unknown as Worker);
      let start = failing;
      const offline = new WorkerPool(2, () => start(), broken);
      await expect(offline.run("notebookMap", task)).rejects.toThrow("could not be loaded");
      start = () => new FakeWorker(heed) as unknown as Worker;
      expect((await offline.run("notebookMap", task)).queries).toBe(8);
      expect(broken).toHaveBeenCalledOnce();
    });

    it("what waited when the stand-in failed too starts no worker that could fail later", async () => {
      const broken = () => new OwnThread(() => Promise.reject(new Error("gone"))) as unknown as Worker;
      const start = vi.fn(failing);
      const offline = new WorkerPool(2, start, broken);
      const all = await Promise.allSettled(Array.from({ length: 5 }, () => offline.run("notebookMap", task)));
      expect(all.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(start).toHaveBeenCalledTimes(2);
    });

    it("a stand-in that was ended says nothing more", async () => {
      const heard = vi.fn();
      const thread = new OwnThread(async () => serve);
      thread.addEventListener("message", heard);
      thread.postMessage({ id: 1, name: "notebookMap", request });
      thread.terminate();
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(heard).not.toHaveBeenCalled();
    });
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
