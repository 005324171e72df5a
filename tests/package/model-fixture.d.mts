export const fixtureNames: readonly string[];
export function safetensorsFile(header: object, parts: readonly Uint8Array[]): Buffer;
export function readTensors(file: Buffer): Record<string, { data: ArrayLike<number>; shape: number[] }>;
export function modelFixture(name: string): {
  name: string;
  kind: string;
  files: Record<string, Uint8Array>;
  /** How far transformers' own float32 is from its float64, at most. */
  float32Error: number;
  /** What transformers computes, by name. */
  expected: Record<string, { data: ArrayLike<number>; shape: number[] }>;
};
