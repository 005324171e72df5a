/** What all questions about the present text share: what is looked at, and keys that say when an answer is no longer of it. */
import type { AttentionKind } from "../../models/models";
import { mainKind, positionOf, type Shown } from "../scene";
import { type ExplorerState, headCode, isChanged } from "../state";
import type { ModelWorker } from "../worker/client";
import type { HeadOrMean } from "../worker/protocol";
import type { Layers, Questions } from "./questions";

export class Asking {
  constructor(
    readonly questions: Questions,
    readonly worker: ModelWorker,
    private readonly stateNow: () => ExplorerState,
    /** There are no questions before a model is open. */
    readonly shown: () => Shown,
  ) {}

  get state(): ExplorerState {
    return this.stateNow();
  }

  get predicts() {
    return this.shown().model.info.predicts;
  }

  /** The head in focus. */
  get place(): HeadOrMean {
    const { layer, head, kind } = this.state;
    return { layer, head, kind: kind ?? undefined };
  }

  /** Of the token whose predictions are shown. */
  get position(): number {
    return positionOf(this.shown());
  }

  get headKey(): string | null {
    return this.questions.key(headCode(this.state));
  }

  get positionKey(): string | null {
    return this.questions.hasRun ? this.questions.key("position", this.position) : null;
  }

  /** Null where nothing is changed. */
  get changesKey(): string | null {
    const { changes, other } = this.state;
    return isChanged(changes)
      ? this.questions.key(JSON.stringify(changes), changes.patch.length > 0 ? other : "")
      : null;
  }

  /** Of the attention that is shown, one layer after the other. */
  eachLayer<T>(
    ask: (layer: number, kind: AttentionKind | undefined) => Promise<T>,
    came: (layers: Layers<T>) => void,
  ): Promise<void> {
    const shown = this.shown();
    const kind = shown.state.kind ?? undefined;
    const heads = shown.attentions.find((each) => each.kind === (kind ?? mainKind(shown)))?.heads ?? [];
    return this.questions.eachLayer(heads.length, kind, ask, came);
  }
}
