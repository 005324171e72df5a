/** What each head of a run is worth: the evaluation without it, worked out while training rests. */
import type { Evaluation, HeadPlace } from "../../compute/training/training-protocol";
import { headName } from "../../figure/trained/head-labels";
import { headsOf } from "./formation";
import type { WatchedRun } from "./watched-run";

/** Milliseconds that a reader stays with a moment before heads are switched off for it. */
const patience = 250;

export class AblationScores {
  private waiting: ReturnType<typeof setTimeout> | undefined;

  /** By the head's name, as far as it is known of a checkpoint. */
  known(run: WatchedRun, step: number): ReadonlyMap<string, Evaluation> {
    return new Map(
      headsOf(run.history.checkpoints).flatMap((head) => {
        const evaluation = run.known(step, [head]);
        return evaluation && !run.wanted ? [[headName(head), evaluation] as const] : [];
      }),
    );
  }

  /** Switches each head off in turn, unless something else is asked first, and says when all is known. */
  askLater(run: WatchedRun, step: number | undefined, isShown: () => boolean, done: () => void): void {
    this.stop();
    if (run.wanted || step === undefined) return;
    const heads: HeadPlace[] = headsOf(run.history.checkpoints).filter((head) => !run.known(step, [head]));
    if (heads.length === 0) return;
    this.waiting = setTimeout(async () => {
      for (const head of heads) {
        if (!isShown() || run.wanted) return;
        await run.evaluateWithout(step, [head]).catch(() => null);
      }
      done();
    }, patience);
  }

  stop(): void {
    clearTimeout(this.waiting);
  }
}
