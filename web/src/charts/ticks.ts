/** Every 1, 2, 5, 10, 20, … tokens: the closest labels that keep `apart` pixels between them. */
export const tokenTicks = (count: number, pixels: number, apart: number) => ticksBetween(0, count, pixels, apart);

/** The same for part of an axis, from `start` on; ticks are multiples of their distance. */
export function ticksBetween(start: number, span: number, pixels: number, apart: number): number[] {
  const perToken = pixels / span;
  let step = 1;
  for (let i = 0; step * perToken < apart && step < span; i++)
    step = ([1, 2, 5] as const)[(i % 3) as 0 | 1 | 2] * 10 ** Math.floor(i / 3);
  const first = Math.ceil(start / step);
  return Array.from({ length: Math.max(0, Math.ceil((start + span) / step) - first) }, (_, i) => (first + i) * step);
}
