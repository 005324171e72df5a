/** The models that come with this site. */
import { EngineError } from "../../compute/errors";
import { TrainingSession } from "../../compute/training/training";
import { modelAddress, type TrainedModelName } from "./model-address";

export type { TrainedModelName } from "./model-address";

/** One of them at a time, opened when it is first wanted. */
export class TrainedModel {
  private opened: { name: TrainedModelName; session: Promise<TrainingSession> } | null = null;

  /** Rejects with a sentence where the model cannot be had; what could not be had is asked for anew the next time. */
  session(name: TrainedModelName): Promise<TrainingSession> {
    if (this.opened?.name !== name) {
      this.close();
      const session = open(name);
      this.opened = { name, session };
      session.catch(() => {
        if (this.opened?.session === session) this.opened = null;
      });
    }
    return this.opened.session;
  }

  close(): void {
    void this.opened?.session.then((session) => session.close()).catch(() => {});
    this.opened = null;
  }
}

async function open(model: TrainedModelName): Promise<TrainingSession> {
  const name = `${model}.safetensors`;
  const failed = (why: unknown) => new EngineError("load", `the model ${name} could not be fetched: ${why}`);
  const response = await fetch(modelAddress(model)).catch((error: unknown) => {
    throw failed(error instanceof Error ? error.message : error);
  });
  if (!response.ok) throw failed(`the server answered ${response.status}`);
  return TrainingSession.open(new Uint8Array(await response.arrayBuffer()));
}
