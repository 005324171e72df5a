/** The experiments behind the scaling figure: one for each d_k, computed when first asked for and kept. */
import { engine, Superseded } from "../../compute/client";
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

export class ScalingPoints {
  private readonly kept = new Map<string, ScalingResult>();
  /** Ends the experiments of the curves that have not begun. */
  private filling = new AbortController();
  private filledSettings = "";

  at(settings: ScalingSettings, dim: number): ScalingResult | undefined {
    return this.kept.get(keyOf(settings, dim));
  }

  /** Rejects with EngineError, or the signal's reason. */
  async ask({ keys, seed }: ScalingSettings, dim: number, signal: AbortSignal): Promise<ScalingResult> {
    const known = this.at({ keys, seed }, dim);
    if (known) return known;
    // The curves of other settings would hold up what is asked for.
    if (this.filledSettings !== keyOf({ keys, seed })) this.stop();
    const result = await engine.lab("scaling", { dim, keys, queries, repeats, seed }, signal);
    if (this.kept.size >= mostKept) this.kept.clear();
    this.kept.set(keyOf({ keys, seed }, dim), result);
    return result;
  }

  /**
   * Computes what the curves lack, one d_k after the other: a worker is left for what the reader does next.
   * `arrived` is called with each that comes.
   */
  async fill(settings: ScalingSettings, arrived: () => void): Promise<void> {
    if (this.filledSettings === keyOf(settings)) return;
    this.stop();
    this.filledSettings = keyOf(settings);
    const { signal } = this.filling;
    try {
      for (const dim of curveDims) {
        if (this.at(settings, dim)) continue;
        await this.ask(settings, dim, signal);
        if (signal.aborted) return;
        arrived();
      }
    } catch {
      // Why one cannot be computed is said by the figure's own request.
      if (!signal.aborted) this.filledSettings = "";
    }
  }

  /** Ends what `fill` began. */
  stop(): void {
    this.filling.abort(new Superseded("other settings were asked for"));
    this.filling = new AbortController();
    this.filledSettings = "";
  }
}

const keyOf = ({ keys, seed }: ScalingSettings, dim?: number) => `${keys} ${seed} ${dim ?? ""}`;
