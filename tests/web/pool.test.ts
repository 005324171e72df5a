import { beforeAll, describe, expect, it, vi } from "vitest";
import { EngineError, Superseded } from "../../web/src/compute/errors";
import { type Heed, loadHeed } from "../../web/src/compute/heed";
import { serve } from "../../web/src/compute/tasks/serve-tasks";
import { OwnThread } from "../../web/src/compute/workers/own-thread";
import { WorkerPool } from "../../web/src/compute/workers/pool";
import { FakeWorker, type Fate, fakePool } from "./fake-pool";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const pool = (size?: number, fates?: (Fate | undefined)[]) => fakePool(heed, size, fates);
const diesAtMap: Fate = { diesAt: "notebookMap" };

describe("the pool", () => {
  const task = () => ({
    request: { options: { tokens: 8, dModel: 64, heads: 4, seed: 42, causal: false, temperature: 1 }, head: 0 },
  });

  it("does a task again when its worker dies, and gives up when it dies twice", async () => {
    const revived = pool(1, [diesAtMap]);
    const map = await revived.run("notebookMap", task);
    expect(map.meanEntropy.toFixed(4)).toBe("1.9182");
    const hopeless = pool(1, [diesAtMap, diesAtMap]);
    await expect(hopeless.run("notebookMap", task)).rejects.toThrow(
      "A worker that computes the figures stopped: out of memory.",
    );
    expect(FakeWorker.posted.length).toBe(2);
  });

  it("does a task again whose answer cannot be read, and gives up when it happens twice", async () => {
    const garbles: Fate = { garbles: "notebookMap" };
    expect((await pool(1, [garbles]).run("notebookMap", task)).queries).toBe(8);
    await expect(pool(1, [garbles, garbles]).run("notebookMap", task)).rejects.toThrow("its answer could not be read");
  });

  it("does not try on the page's own thread what a worker that had started died of, even at its first task", async () => {
    const standIn = vi.fn(() => new OwnThread(async () => serve) as unknown as Worker);
    const dying = () => new FakeWorker(heed, diesAtMap) as unknown as Worker;
    await expect(new WorkerPool(1, dying, standIn).run("notebookMap", task)).rejects.toThrow("out of memory");
    expect(standIn).not.toHaveBeenCalled();
  });

  it("makes a request anew for each attempt, as what was transferred is gone", async () => {
    const data = Float32Array.of(0.25, 0.75);
    const described = await pool(1, [{ diesAt: "blockRows" }]).run("blockRows", () => {
      const weights = data.slice();
      return { request: { weights, queries: 1, keys: 2 }, transfer: [weights.buffer] };
    });
    expect(described.sum[0]).toBeCloseTo(1, 6);
    // What is transferred twice is refused, as a browser would.
    const gone = data.slice();
    const twice = pool(1, [{ diesAt: "blockRows" }]).run("blockRows", () => ({
      request: { weights: gone, queries: 1, keys: 2 },
      transfer: [gone.buffer],
    }));
    await expect(twice).rejects.toThrow(); // in Node's words, or the browser's
  });

  it("refuses a request that cannot be copied, and goes on with others", async () => {
    const one = pool(1);
    const uncopied = { request: { ...task().request, options: () => {} } } as unknown as ReturnType<typeof task>;
    await expect(one.run("notebookMap", () => uncopied)).rejects.toThrow(/could not be cloned/);
    expect((await one.run("notebookMap", task)).queries).toBe(8);
  });

  it("says so when a worker cannot be loaded", async () => {
    await expect(pool(1, ["does not load"]).run("notebookMap", task)).rejects.toBeInstanceOf(EngineError);
  });

  it("refuses what waits where no worker may be started and nothing stands in, and does not keep it", async () => {
    const start = vi.fn((): Worker => {
      throw new DOMException("forbidden by policy", "SecurityError");
    });
    const none = new WorkerPool(2, start);
    await expect(none.run("notebookMap", task)).rejects.toThrow("could not be started: SecurityError");
    start.mockImplementation(() => new FakeWorker(heed) as unknown as Worker);
    FakeWorker.posted = [];
    expect((await none.run("notebookMap", task)).queries).toBe(8);
    expect(FakeWorker.posted.length).toBe(1);
  });

  it("leaves the work to the workers that run where another cannot be loaded", async () => {
    const offline = pool(3, [undefined, "does not load", "does not load"]);
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
    const failing = () => new FakeWorker(heed, "does not load") as unknown as Worker;
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
      let start = vi.fn(failing);
      const offline = new WorkerPool(2, () => start(), broken);
      const all = await Promise.allSettled(Array.from({ length: 5 }, () => offline.run("notebookMap", task)));
      expect(all.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
      expect(start).toHaveBeenCalledTimes(2);
      // Nothing is left in the queue: the next task is the only one that the next worker gets.
      start = vi.fn(() => new FakeWorker(heed) as unknown as Worker);
      FakeWorker.posted = [];
      expect((await offline.run("notebookMap", task)).queries).toBe(8);
      expect(start).toHaveBeenCalledOnce();
      expect(FakeWorker.posted.length).toBe(1);
    });
  });

  it("ends what is aborted, waiting or running, and leaves the others", async () => {
    const one = pool(1);
    const [a, b] = [new AbortController(), new AbortController()];
    const running = one.run("notebookMap", task, a.signal);
    const waiting = one.run("notebookMap", task, a.signal);
    const other = one.run("notebookMap", task, b.signal);
    const dropped = Promise.allSettled([running, waiting]);
    a.abort(new Superseded("a newer request came"));
    expect((await dropped).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(running).rejects.toBeInstanceOf(Superseded);
    expect((await other).queries).toBe(8);
    expect(FakeWorker.posted.length).toBe(2);
  });

  it("says whether all that is to be aborted together waits, and begins nothing that was aborted", async () => {
    const one = pool(1);
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const running = one.run("notebookMap", task, first.signal);
    const waiting = one.run("notebookMap", task, second.signal);
    const more = one.run("notebookMap", task, first.signal);
    expect([first, second, third].map(({ signal }) => one.isWaiting(signal))).toEqual([false, true, false]);
    second.abort(new Superseded("a newer request came"));
    third.abort(new Error("no longer needed"));
    await expect(waiting).rejects.toBeInstanceOf(Superseded);
    await expect(one.run("notebookMap", task, third.signal)).rejects.toThrow("no longer needed");
    await Promise.all([running, more]);
    expect(FakeWorker.posted.length).toBe(2);
  });

  it("leaves no listener on a signal", async () => {
    const one = pool(1);
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await one.run("notebookMap", task, signal);
    expect(removed.mock.calls).toEqual(added.mock.calls);
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
