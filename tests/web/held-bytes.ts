import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes of all buffers that something still refers to; memory of WebAssembly is not among them. */
function bytesHeld(): number {
  // The second collection waits for what the first one frees.
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/** From this size on, that an array is made is a moment to count at. */
const largeArray = 2 ** 16;

/**
 * The most bytes of buffers that are held at once while `act` runs, beyond those held before. Counted, not timed: whenever a
 * Float32Array of some size has been made, and whenever `act` says so.
 */
export async function peakOf(act: (count: () => void) => Promise<unknown>): Promise<number> {
  const before = bytesHeld();
  let peak = 0;
  const count = () => {
    peak = Math.max(peak, bytesHeld() - before);
  };
  const original = globalThis.Float32Array;
  globalThis.Float32Array = new Proxy(original, {
    construct(target, given, asked) {
      const made = Reflect.construct(target, given, asked === globalThis.Float32Array ? target : asked);
      if (made.length >= largeArray) count();
      return made;
    },
  });
  try {
    const result = await act(count);
    count();
    // It is held until here.
    void result;
  } finally {
    globalThis.Float32Array = original;
  }
  return peak;
}
