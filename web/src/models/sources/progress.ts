/** How far opening is. */
export interface OpenProgress {
  /** Bytes that are read. */
  loaded: number;
  /** Bytes that there are. */
  total: number;
  /** Over the last seconds; undefined in the first moments. */
  bytesPerSecond?: number;
  /** At that speed. */
  secondsLeft?: number;
}

const window = 5000;
const shortest = 250;

/** Counts bytes, and tells `listener` how far and how fast. */
export function progressOf(
  total: number,
  listener: ((progress: OpenProgress) => void) | undefined,
  now = () => performance.now(),
) {
  let loaded = 0;
  const samples: { time: number; loaded: number }[] = [{ time: now(), loaded: 0 }];
  return (bytes: number): void => {
    loaded += bytes;
    if (!listener) return;
    const time = now();
    while (samples.length > 1 && time - (samples[1]?.time ?? time) > window) samples.shift();
    // Some of them are enough.
    if (time - (samples.at(-1)?.time ?? 0) > shortest) samples.push({ time, loaded });
    const first = samples[0] ?? { time, loaded };
    const seconds = (time - first.time) / 1000;
    const bytesPerSecond = (loaded - first.loaded) / seconds;
    const speed =
      seconds * 1000 >= shortest && bytesPerSecond > 0
        ? { bytesPerSecond, secondsLeft: (total - loaded) / bytesPerSecond }
        : {};
    listener({ loaded, total, ...speed });
  };
}
