/** Short transitions, and long work cut into slices; neither holds up the page. */

const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

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

/** Repeats step() until it returns false, giving way to the page every 8 ms. Returns a way to stop it. */
export function inSlices(step: () => boolean): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slice = () => {
    const end = performance.now() + sliceMilliseconds;
    while (step()) {
      if (performance.now() > end) {
        timer = setTimeout(slice);
        return;
      }
    }
  };
  slice();
  return () => clearTimeout(timer);
}
