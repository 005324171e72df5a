import { afterEach, expect, it, vi } from "vitest";
import { readInWorker } from "../../web/src/compute/files/read-in-worker";
import { serveReader } from "../../web/src/compute/files/serve-reader";
import type { PoolWorker } from "../../web/src/compute/workers/liveness";
import { hear } from "../../web/src/compute/workers/message-scope";
import { OwnThread } from "../../web/src/compute/workers/own-thread";
import { FormatError } from "../../web/src/formats/tensor";

const reading = () => new OwnThread(async () => serveReader) as unknown as PoolWorker;
const broken = () => new OwnThread(() => Promise.reject(new Error("not there"))) as unknown as PoolWorker;
const forbidden = () => {
  throw new DOMException("forbidden by policy", "SecurityError");
};

/** Starts, and stops at the file as `event` says. */
const stopping = (event: Event) => () => {
  const worker: EventTarget = new OwnThread(async () => (scope) => {
    hear(scope, () => worker.dispatchEvent(event));
  });
  return worker as unknown as PoolWorker;
};

const file = new Blob(["[[1, 2], [3, 4]]"]);
const read = (...starts: [() => PoolWorker, () => PoolWorker]) => readInWorker(file, "a.json", undefined, starts);

afterEach(() => vi.restoreAllMocks());

it.each([
  ["an exception", forbidden],
  ["an error", broken],
])("is read by the stand-in where the worker cannot be started: %s", async (_, start) => {
  const { tensors } = await read(start, reading);
  expect([...(tensors[0]?.data ?? [])]).toEqual([1, 2, 3, 4]);
});

it.each([
  ["out of memory", Object.assign(new Event("error", { cancelable: true }), { message: "out of memory" })],
  ["for want of memory", new Event("error", { cancelable: true })],
  ["its answer could not be read", new MessageEvent("messageerror")],
])("is not read again on the page's own thread when the worker stops at it: %s", async (why, event) => {
  const standIn = vi.fn(reading);
  const failed = await read(stopping(event), standIn).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(FormatError);
  expect(String(failed)).toContain("a.json: its reader stopped");
  expect(String(failed)).toContain(why);
  expect(standIn).not.toHaveBeenCalled();
});

it("says so where neither can be started, and what is wrong with a file", async () => {
  await expect(read(broken, broken)).rejects.toThrow("a.json: the reader could not be started");
  await expect(readInWorker(new Blob(["[1, [2]]"]), "b.json", undefined, [reading, broken])).rejects.toThrow("b.json");
});

it("ends its worker, and leaves no listener on the signal, whether it has read, failed or been stopped", async () => {
  const stop = new AbortController();
  const added = vi.spyOn(stop.signal, "addEventListener");
  const ends = vi.spyOn(OwnThread.prototype, "terminate");
  await readInWorker(file, "a.json", stop.signal, [reading, broken]);
  expect(ends).toHaveBeenCalledTimes(1);
  const [, , options] = added.mock.calls[0] ?? [];
  expect((options as AddEventListenerOptions).signal?.aborted).toBe(true);
  const never = () => new OwnThread(() => new Promise<never>(() => {})) as unknown as PoolWorker;
  added.mockClear();
  const stopped = readInWorker(file, "a.json", stop.signal, [never, broken]);
  await vi.waitFor(() => expect(added).toHaveBeenCalled());
  stop.abort(new Error("enough"));
  await expect(stopped).rejects.toThrow("enough");
  expect(ends).toHaveBeenCalledTimes(2);
});

/** How many values a message has beside the arrays whose memory is handed over. */
function valuesCopied(value: unknown, transfer: readonly unknown[]): number {
  if (ArrayBuffer.isView(value)) return transfer.includes(value.buffer) ? 1 : value.byteLength;
  if (typeof value === "string") return 1 + value.length;
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + valuesCopied(part, transfer), 1);
}

it("has the page neither read a table of 2,000,000 rows nor take more than a few values over", async () => {
  const rows = 2_000_000;
  const table = new Blob([Array.from({ length: rows }, (_, i) => `t${i},${i % 7}\n`).join("")]);
  const read = (["arrayBuffer", "text", "stream", "slice"] as const).map((way) => vi.spyOn(table, way));
  const clone = vi.spyOn(globalThis, "structuredClone");
  const { tensors } = await readInWorker(table, "long.csv", undefined, [reading, broken]);
  expect(tensors.map(({ shape }) => shape)).toEqual([[rows, 1]]);
  for (const way of read) expect(way).not.toHaveBeenCalled();
  const copied = clone.mock.calls.map(([message, { transfer = [] } = {}]) => valuesCopied(message, transfer));
  // What is asked, that the worker has started, and the answer.
  expect(copied.length).toBe(3);
  expect(Math.max(...copied)).toBeLessThan(1000);
});
