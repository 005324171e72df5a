/** Every 1, 2, 5, 10, 20, … tokens: the closest labels that keep `apart` pixels between them. */
export function tokenTicks(count: number, pixels: number, apart: number): number[] {
  const perToken = pixels / count;
  let step = 1;
  for (let i = 0; step * perToken < apart && step < count; i++)
    step = ([1, 2, 5] as const)[(i % 3) as 0 | 1 | 2] * 10 ** Math.floor(i / 3);
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}
