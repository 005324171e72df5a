import { TrainingSession } from "./training";

export type { Evaluation, Example, HeadPlace, HeadScores, Look, LookRequest, ModelInfo } from "./training-protocol";

/** A trained model to look at, as a source of attention for figures. */
export type OpenedModel = Pick<TrainingSession, "info" | "look" | "evaluate" | "examples" | "save" | "close">;

/**
 * A model of ours from the bytes of its safetensors file, in a worker of its own. Rejects with EngineError that says what is
 * wrong with the file.
 */
export const openModel = (bytes: Uint8Array): Promise<OpenedModel> => TrainingSession.open(bytes);
