/** What is asked of the run with the reader's changes. */
import type { HeadWeights, WeightDifference } from "../../models/models";
import type { Prediction } from "../worker/protocol";
import type { Answer } from "./answer";
import type { Asking } from "./asking";
import type { Layers } from "./questions";

export class ChangedResults {
  readonly run: Answer<true>;
  readonly predictions: Answer<readonly Prediction[]>;
  readonly head: Answer<HeadWeights>;
  readonly difference: Answer<WeightDifference>;

  /** `plain`: the tokens that are listed as the model is. */
  constructor(
    private readonly asking: Asking,
    plain: Answer<readonly Prediction[]>,
  ) {
    const { questions, worker } = asking;
    this.run = questions.answer<true>(
      () => asking.changesKey,
      async (signal, came) => {
        const { changes, other, second, added } = asking.state;
        const ofOther =
          changes.patch.length > 0
            ? (await worker.ask("encode", { text: other, second, added }, { signal })).input
            : undefined;
        const { input } = asking.shown().text;
        await worker.ask("run", { run: "changed", input, changes, other: ofOther }, { signal });
        came(true);
      },
    );
    this.predictions = questions.one<"predictions", readonly Prediction[]>(
      () => (this.run.value && plain.value ? `${asking.positionKey} ${asking.changesKey}` : null),
      () => {
        const which = (plain.value ?? []).map(({ id }) => id);
        return ["predictions", { run: "changed", position: asking.position, which }];
      },
    );
    const isShown = () => this.run.value && asking.state.comparison !== "as it is";
    this.head = questions.one<"head", HeadWeights>(
      () => (isShown() ? `${asking.headKey} ${asking.changesKey}` : null),
      () => ["head", { run: "changed", ...asking.place }],
    );
    this.difference = questions.one<"difference", WeightDifference>(
      () => (isShown() && asking.state.comparison === "difference" ? `${asking.headKey} ${asking.changesKey}` : null),
      () => ["difference", { run: "changed", ...asking.place }],
    );
  }

  /** How far the changes move each head, which is asked after what is looked at. */
  divergence(): Answer<Layers<readonly number[]>> {
    const { asking } = this;
    return asking.questions.answer<Layers<readonly number[]>>(
      () => (this.run.value ? asking.questions.key(asking.changesKey, asking.state.kind) : null),
      (signal, came) =>
        asking.eachLayer(
          (layer, kind) => asking.worker.ask("divergence", { run: "changed", layer, kind }, { signal }),
          came,
        ),
    );
  }
}
