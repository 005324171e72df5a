/** Median (or the least, on a busy machine), and spread of repeated measurements. */
export function summary(numbers, best = false) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const quantile = (q) => {
    const at = q * (sorted.length - 1);
    const below = Math.floor(at);
    return sorted[below] + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
  };
  return { typical: quantile(best ? 0 : 0.5), spread: (quantile(0.75) - quantile(0.25)) / quantile(0.5) };
}

/** Largest difference between two outputs; NaN counts as infinite. */
export function difference(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const here = Math.abs(a[i] - b[i]);
    if (!(here <= largest)) largest = Number.isNaN(here) ? Number.POSITIVE_INFINITY : here;
  }
  return largest;
}

const tolerance = 1e-4;

/** Of each contender's ways that agree with `expected`, the fastest. `time(way, times)` gives seconds for so many runs. */
export async function fastest(contender, expected, time, say) {
  let best;
  for (const way of await contender.ways) {
    try {
      const ready = await way.prepare();
      await time(ready, 1);
      const off = difference(await ready.output(), expected);
      if (off > tolerance) throw new Error(`its output is off by ${off}`);
      const seconds = Math.min(await time(ready, 1), await time(ready, 1));
      if (!best || seconds < best.seconds) {
        await best?.ready.release?.();
        best = { contender: contender.name, way: way.name, ready, seconds };
      } else await ready.release?.();
    } catch (error) {
      say(`${contender.name}, ${way.name}: left out, ${String(error.message ?? error).split("\n")[0]}`);
    }
  }
  return best;
}

/** All contenders in turn, `rounds` times, each for about `seconds` a turn; seconds of one run of each, per round. */
export async function inTurn(contenders, rounds, seconds, time) {
  const results = new Map(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round) % contenders.length];
      const times = Math.max(1, Math.round(seconds / contender.seconds));
      results.get(contender).push((await time(contender.ready, times)) / times);
    }
  }
  return results;
}
