import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startBlobWorker } from "../../web/src/compute/workers/blob-worker";

const kept = new Set<string>();
let forbids = false;

class FakeWorker extends EventTarget {
  isEnded = false;
  constructor() {
    super();
    if (forbids) throw new DOMException("forbidden by policy", "SecurityError");
  }
  terminate() {
    this.isEnded = true;
  }
}

beforeEach(() => {
  kept.clear();
  forbids = false;
  vi.stubGlobal("Worker", FakeWorker);
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
    const url = `blob:${kept.size}`;
    kept.add(url);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void kept.delete(url));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it.each(["message", "error"])("keeps the address of its script until the first %s", (type) => {
  const worker = startBlobWorker("", {});
  expect(kept.size).toBe(1);
  worker.dispatchEvent(new Event(type));
  expect(kept.size).toBe(0);
});

it("does not keep it where the worker is ended before it has said anything, or may not be started", () => {
  const worker = startBlobWorker("", {}) as unknown as FakeWorker;
  worker.terminate();
  expect(worker.isEnded).toBe(true);
  expect(kept.size).toBe(0);
  forbids = true;
  expect(() => startBlobWorker("", {})).toThrow("forbidden by policy");
  expect(kept.size).toBe(0);
});
