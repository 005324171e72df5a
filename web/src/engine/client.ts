import { createEngine } from "./workers";

export type { DescribedMap, GivenWeights } from "./described-map";
export type { CallOptions, NotebookPart, NotebookResult } from "./engine";
export { EngineError, Superseded } from "./errors";
export type { AttentionInputs, Tensor } from "./heed";
export type { LongMap } from "./long-map";
export { canCompute, type HeadMap, type NotebookOptions } from "./notebook-maps";
export type { LongHeadSource } from "./protocol";

/** The page's engine: one for all its figures, its workers started by the first call. */
export const engine = createEngine();
