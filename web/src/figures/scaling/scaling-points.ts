/** The experiments behind the scaling figure: one for each d_k, computed when first asked for and kept. */
import { engine } from "../../compute/client";
import type { ScalingResult } from "../../compute/lab";

export interface ScalingSettings {
  readonly keys: number;
  readonly seed: number;
}

/** The d_k of the curves: 1 to 4096 by doubling. */
export const curveDims: readonly number[] = Array.from({ length: 13 }, (_, i) => 2 ** i);
export const nearestPowerOfTwo = (value: number) => 2 ** Math.round(Math.log2(value));

/** Of each experiment. */
export const [queries, repeats] = [32, 8] as const;

const mostKept = 400;
let instances = 0;

export class ScalingPoints {
  private readonly channel = `scaling ${++instances}`;
  private readonly kept = new Map<string, ScalingResult>();
  private readonly pending = new Map<string, Promise<ScalingResult>>();

  at(settings: ScalingSettings, dim: number): ScalingResult | undefined {
    return this.kept.get(keyOf(settings, dim));
  }

  /** Rejects with EngineError, or Superseded where other settings are asked for before it is computed. */
  async ask(settings: ScalingSettings, dim: number): Promise<ScalingResult> {
    const key = keyOf(settings, dim);
    const known = this.kept.get(key) ?? this.pending.get(key);
    if (known) return known;
    const asked = this.compute(settings, dim).finally(() => this.pending.delete(key));
    this.pending.set(key, asked);
    return asked;
  }

  /** Asks for what the curves lack; `arrived` is called with each that comes. */
  fill(settings: ScalingSettings, arrived: () => void): void {
    // Why one cannot be computed is said by the figure's own request.
    for (const dim of curveDims) if (!this.at(settings, dim)) this.ask(settings, dim).then(arrived, () => {});
  }

  private async compute({ keys, seed }: ScalingSettings, dim: number): Promise<ScalingResult> {
    const result = await engine.lab("scaling", { dim, keys, queries, repeats, seed }, `${this.channel} ${dim}`);
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(keyOf({ keys, seed }, dim), result);
    return result;
  }
}

const keyOf = ({ keys, seed }: ScalingSettings, dim: number) => `${keys} ${seed} ${dim}`;
