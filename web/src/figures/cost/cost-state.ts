/** What the figure of costs shows: a length, and what is counted and measured at it. */
import { byDoubling, numberSetting, type Settings } from "../../model/settings";

export interface CostState {
  readonly tokens: number;
}

const [least, most] = [64, 131072];

export const costSettings: Settings<CostState> = {
  tokens: numberSetting("tokens", {
    default: 2048,
    min: least,
    max: most,
    step: byDoubling,
    slider: nearestPowerOfTwo,
    label: "n",
  }),
};

export function nearestPowerOfTwo(tokens: number): number {
  return 2 ** Math.round(Math.log2(tokens));
}

/** Lengths of the curves. */
export const lengths = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072];
/** Up to here both ways are measured; the explicit one then takes 32 MB of numbers. */
export const measuredLengths = lengths.filter((length) => length <= 2048);

/** The size of LLaMA 7B (H. Touvron et al., "LLaMA", 2023, table 2): its layers and heads, in float16. */
export const model = { layers: 32, heads: 32, headDim: 128, bytes: 2 } as const;
/** Heads of keys and values: one for each head of queries, one for four of them, one for all. */
export const sharing = [
  { keyValueHeads: 32, name: "multi-head", short: "MHA" },
  { keyValueHeads: 8, name: "grouped-query", short: "GQA" },
  { keyValueHeads: 1, name: "multi-query", short: "MQA" },
] as const;
