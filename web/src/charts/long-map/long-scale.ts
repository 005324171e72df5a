/** How the cells of a long map become colours: the same for all tiles of a level, so that panning changes no colour. */
import type { ColorScale, Reduction } from "../../model/long-state";

export interface LongScale {
  readonly kind: ColorScale;
  /** Drawn as paper, with all that is less; 0 on a linear scale. */
  readonly from: number;
  /** Drawn in the full hue. */
  readonly to: number;
}

/**
 * A weight is at most 1; weights under a tenth of an equal share or so are drawn as none. The sum of a cell of b × b weights
 * is at most b, its rows' whole attention, and b² times as large as an even one.
 */
export function longScale(kind: ColorScale, reduce: Reduction, keys: number, block: number): LongScale {
  const least = 10 ** (Math.floor(-Math.log10(keys)) - 1);
  const from = reduce === "sum" ? least * block * block : least;
  const to = reduce === "sum" ? block : 1;
  return { kind, from: kind === "log" ? Math.min(from, to / 10) : 0, to };
}

/** Where a value lies on the scale, 0 to 1. */
export function positionOn({ kind, from, to }: LongScale, value: number): number {
  const position = kind === "log" ? Math.log(value / from) / Math.log(to / from) : value / to;
  return Math.min(1, Math.max(0, position));
}

/**
 * A colour for every float32, found by its upper 16 bits (sign, exponent and 7 bits of mantissa: steps below 1 %), so that
 * painting a cell is one lookup.
 */
export function colorTable(scale: LongScale, ramp: Uint32Array, nan: number): Uint32Array {
  const table = new Uint32Array(1 << 16).fill(ramp[0] as number);
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  for (let upper = 0; upper < 1 << 15; upper++) {
    bits[0] = (upper << 16) | 0x8000;
    table[upper] = ramp[Math.round(255 * positionOn(scale, value[0] as number))] as number;
  }
  const notFinite = 0x7f80;
  table.fill(nan, notFinite, 0x8000);
  table.fill(nan, notFinite | 0x8000);
  return table;
}
