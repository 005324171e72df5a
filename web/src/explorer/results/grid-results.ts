/** What is asked of all heads, layer by layer. */
import { blockFor } from "../views/grid-view";
import type { LayerHeads } from "../worker/protocol";
import type { Answer } from "./answer";
import type { Asking } from "./asking";
import type { Layers } from "./questions";

export class GridResults {
  readonly layers: Answer<Layers<LayerHeads>>;

  constructor(asking: Asking) {
    const { questions, worker } = asking;
    this.layers = questions.answer<Layers<LayerHeads>>(
      () => questions.key("layers", asking.state.kind),
      async (signal, came) => {
        const { names, targetNames = [] } = asking.shown().text;
        const block = blockFor(Math.max(names.length, targetNames.length));
        await asking.eachLayer((layer, kind) => worker.ask("layer", { layer, block, kind }, { signal }), came);
        if (!signal.aborted) questions.gridCame();
      },
    );
  }
}

/** How far heads are from the chosen one; of a long text it takes long, and is asked only where they are sorted by it. */
export const similarityOf = (asking: Asking): Answer<Layers<readonly number[]>> =>
  asking.questions.answer<Layers<readonly number[]>>(
    () => {
      const { order, head } = asking.state;
      const isAsked = order === "similarity" && head !== null && asking.questions.hasGrid;
      return isAsked ? asking.questions.key("similarity", asking.headKey) : null;
    },
    (signal, came) => {
      const { layer, head } = asking.state;
      const to = { layer, head: head ?? 0 };
      return asking.eachLayer((of, kind) => asking.worker.ask("similarity", { layer: of, to, kind }, { signal }), came);
    },
  );
