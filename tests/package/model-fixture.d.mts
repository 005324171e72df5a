export const fixtureNames: readonly string[];
export function modelFixture(name: string): {
  name: string;
  kind: string;
  files: Record<string, Uint8Array>;
  /** What transformers computes, by name. */
  expected: Record<string, { data: ArrayLike<number>; shape: number[] }>;
};
