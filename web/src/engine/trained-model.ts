import type { WorkerPool } from "./pool";
import type { TrainedHeads, TrainedHeadsRequest } from "./trained-heads";

let models = 0;

/** A trained model, open in every worker that there is or will be. */
export class TrainedModel {
  readonly #number = ++models;

  constructor(
    private readonly pool: WorkerPool,
    bytes: Uint8Array,
  ) {
    pool.setUp(`model ${this.#number}`, "openTrainedHeads", () => ({ request: { model: this.#number, bytes } }));
  }

  /** Rejects with EngineError, whose message says what is wrong with the file where it is no model. */
  heads(request: Omit<TrainedHeadsRequest, "model">): Promise<TrainedHeads> {
    return this.pool.run("trainedHeads", () => ({ request: { ...request, model: this.#number } }));
  }
}
