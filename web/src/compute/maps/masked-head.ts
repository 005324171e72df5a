import type { AttentionOptions, Heed } from "../heed";
import { type HeadMap, headInputs, mapOf } from "./notebook-maps";

/** One head of the source experiment (4 heads of width 16), and what hides keys from it. */
export interface MaskedHeadRequest {
  tokens: number;
  seed: number;
  head: number;
  options: AttentionOptions;
}

export interface MaskedHead {
  masked: HeadMap;
  /** The same head with every key open. */
  open: HeadMap;
}

export function maskedHead(heed: Heed, { tokens, seed, head, options }: MaskedHeadRequest): MaskedHead {
  const experiment = { tokens, seed, dModel: 64, heads: 4, causal: false, temperature: 1 };
  const inputs = headInputs(heed, experiment, head);
  return { masked: mapOf(heed, inputs, { ...options, logits: true }), open: mapOf(heed, inputs, {}) };
}
