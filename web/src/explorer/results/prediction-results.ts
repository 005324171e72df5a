/** What is asked of the token in focus: what follows it, by way of which layers, and through which parts. */
import { messageOf } from "../../model/error-message";
import type { DirectEffects, KeptKeys } from "../../models/models";
import { lensTokens } from "../views/layers-view";
import type { Prediction } from "../worker/protocol";
import type { Answer } from "./answer";
import type { Asking } from "./asking";

/** Predicted tokens that are listed. */
const listed = 10;

export class PredictionResults {
  readonly predictions: Answer<readonly Prediction[]>;
  readonly keptKeys: Answer<KeptKeys>;

  constructor(asking: Asking) {
    this.predictions = asking.questions.one<"predictions", readonly Prediction[]>(
      () => (asking.questions.hasRun && asking.predicts !== "nothing" ? asking.positionKey : null),
      () => ["predictions", { run: "plain", position: asking.position, which: listed }],
    );
    this.keptKeys = asking.questions.one<"keptKeys", KeptKeys>(
      () => asking.questions.key("kept keys"),
      () => ["keptKeys", null],
    );
  }
}

/** What readers of a long text wait for less than for the grid of all heads. */
export class LayerResults {
  readonly effects: Answer<DirectEffects | string>;
  readonly lens: Answer<readonly (readonly Prediction[])[]>;

  constructor(asking: Asking, predictions: Answer<readonly Prediction[]>) {
    const { questions } = asking;
    const token = () => asking.state.effectOf ?? predictions.value?.[0]?.id;
    this.effects = questions.answer<DirectEffects | string>(
      () => {
        const isAsked = questions.hasGrid && asking.predicts === "tokens" && token() !== undefined;
        return isAsked ? questions.key(asking.positionKey, `effects ${token()} ${asking.state.against}`) : null;
      },
      async (signal, came) => {
        const asked = { position: asking.position, token: token() ?? 0, other: asking.state.against };
        try {
          came(await asking.worker.ask("effects", asked, { signal }));
        } catch (error) {
          came(messageOf(error));
        }
      },
    );
    this.lens = questions.one<"lens", readonly (readonly Prediction[])[]>(
      () => (questions.hasGrid && asking.predicts !== "nothing" ? asking.positionKey : null),
      () => ["lens", { position: asking.position, count: lensTokens }],
    );
  }
}
