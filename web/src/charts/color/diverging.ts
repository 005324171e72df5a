/** Colours for numbers on both sides of 0: paper at 0, a hue for less and another for more, even in lightness. */
import { ramp } from "./color";

/** 256 pixels; number 128 is 0. */
export function divergingRamp(paper: string, less: string, more: string): Uint32Array {
  const [below, above] = [ramp(paper, less), ramp(paper, more)];
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const away = Math.min(1, Math.abs(i - 128) / 127);
    return (i < 128 ? below : above)[Math.round(255 * away)] as number;
  });
}

/** The place of a number in such a ramp, from 0 to 1, where `max` is the largest distance from 0 that is told apart. */
export const divergingShare = (value: number, max: number) =>
  (128 + 127 * Math.min(1, Math.max(-1, max > 0 ? value / max : 0))) / 255;

/** A pixel as CSS. */
export const cssOf = (pixel: number) => `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
