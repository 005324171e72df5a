import type { Evaluation, Example, HeadPlace, HeadScores, Inspection } from "../../compute/training/training-protocol";
import type { Formations, WatchedRun } from "./watched-run";

/** One moment of a run, as it is drawn. */
export interface Moment {
  readonly run: WatchedRun;
  readonly example: Example;
  readonly inspection: Inspection;
  /** Of the checkpoint nearest to what is looked at. */
  readonly evaluation: Evaluation | undefined;
  /** The same without the heads that are off. */
  readonly ablated: { readonly step: number; readonly evaluation: Evaluation } | null;
  readonly formations: Formations;
}

/** The map of one head in such a moment. */
export interface MapView {
  readonly inspection: Inspection;
  readonly example: Example;
  readonly vocabulary: readonly string[];
  readonly head: HeadPlace;
  readonly scores: HeadScores | undefined;
  readonly isOff: boolean;
}
