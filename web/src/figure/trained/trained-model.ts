/** The models that come with this site. */
import { TrainingSession } from "../../compute/training/training";
import { fetchModel } from "./fetch-model";
import type { TrainedModelName } from "./model-address";

export type { TrainedModelName } from "./model-address";

/** One of them at a time, opened when it is first wanted. */
export class TrainedModel {
  private opened: { name: TrainedModelName; session: Promise<TrainingSession> } | null = null;

  /** Rejects with a sentence where the model cannot be had; what could not be had, or has failed since, is had anew the next time. */
  session(name: TrainedModelName): Promise<TrainingSession> {
    if (this.opened?.name !== name) {
      this.close();
      const session = fetchModel(name).then((file) => TrainingSession.open(file));
      this.opened = { name, session };
      const forget = () => {
        if (this.opened?.session === session) this.opened = null;
      };
      // A worker that stops later answers nothing more.
      session.then((opened) => opened.listen(({ event }) => event === "failed" && forget()), forget);
    }
    return this.opened.session;
  }

  close(): void {
    void this.opened?.session.then((session) => session.close()).catch(() => {});
    this.opened = null;
  }
}
