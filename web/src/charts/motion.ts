/** Short transitions, and long work cut into slices; neither holds up the page. */

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Calls draw(t) with t from 0 to 1, eased, once per frame; at once with 1 under reduced motion. Returns a way to stop it. */
export function tween(milliseconds: number, draw: (t: number) => void): () => void {
  if (reducedMotion() || document.hidden) {
    draw(1);
    return () => {};
  }
  let start = 0;
  const frame = (now: number) => {
    start ||= now;
    const t = Math.min(1, (now - start) / milliseconds);
    draw(1 - (1 - t) ** 3);
    if (t < 1) handle = requestAnimationFrame(frame);
  };
  let handle = requestAnimationFrame(frame);
  return () => cancelAnimationFrame(handle);
}

const sliceMilliseconds = 8;
const sliced = new Set<() => boolean>();
let sliceEnd: number | undefined;

/**
 * Repeats step() until it returns false, giving way to the page every 8 ms, which all that is begun in the same turn share.
 * What fits into them is done on return. A step that throws ends its own work only, and is reported. Returns a way to stop it.
 */
export function inSlices(step: () => boolean): () => void {
  sliced.add(step);
  if (sliceEnd === undefined) beginSlice();
  workOnSlices();
  return () => sliced.delete(step);
}

function beginSlice(): void {
  sliceEnd = performance.now() + sliceMilliseconds;
  setTimeout(() => {
    sliceEnd = undefined;
    if (sliced.size === 0) return;
    beginSlice();
    workOnSlices();
  });
}

function workOnSlices(): void {
  for (const step of sliced) {
    do if (performance.now() > (sliceEnd ?? 0)) return;
    while (goesOn(step));
    sliced.delete(step);
  }
}

function goesOn(step: () => boolean): boolean {
  try {
    return step();
  } catch (error) {
    reportError(error);
    return false;
  }
}
