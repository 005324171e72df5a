import { createEngine } from "./workers";

export type { CallOptions, NotebookPart, NotebookResult } from "./engine";
export { EngineError, Superseded } from "./errors";
export type { AttentionInputs, Tensor } from "./heed";
export type { AttentionCost, GenerationStep, HeadMetrics, Merge } from "./lab";
export type { DescribedMap, GivenWeights } from "./maps/described-map";
export type { GivenHeads } from "./maps/given-heads";
export { type HeadPair, type HeadSet, weightsOf } from "./maps/head-set";
export type { LongMap } from "./maps/long-map";
export type { MaskedHead } from "./maps/masked-head";
export { canCompute, type HeadMap, type NotebookOptions } from "./maps/notebook-maps";
export type { LongHeadSource } from "./protocol";

/** The page's engine: one for all its figures, its workers started by the first call. */
export const engine = createEngine();

let figures = 0;
/** Longer than a figure takes to be moved from one place to another. */
const idleMilliseconds = 1000;

/** Keeps the engine for a figure that is on the page, until what this returns is called: the workers end with the last one. */
export function keepEngine(): () => void {
  figures++;
  return () => {
    figures--;
    setTimeout(() => {
      if (figures === 0) engine.close();
    }, idleMilliseconds);
  };
}
