/** How the core is to compute weights of numbers that a reader brings. */
import type { ReadingState } from "./reading-state";

export interface AttentionSettings {
  readonly causal: boolean;
  /** Whether the last query sees the last key, rather than the first the first. */
  readonly isAlignedAtEnd: boolean;
  readonly temperature: number;
  /** undefined: 1/√d_k. */
  readonly scale?: number | undefined;
  readonly softcap: number;
  /** What whole numbers stand for, of one unit: the quantisation's scale. */
  readonly unit: number;
}

/** What the core is asked for. */
export function coreSettings(state: ReadingState): AttentionSettings {
  const { mask, aligned, temperature, scaling, scale, softcap, unit } = state;
  return {
    causal: mask === "causal",
    isAlignedAtEnd: aligned === "last keys",
    temperature,
    scale: scaling === "1/√d" ? undefined : scaling === "1" ? 1 : scale,
    softcap,
    unit,
  };
}
