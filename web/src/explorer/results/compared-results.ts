/** What is asked of another text, or of a second model, that is compared with what is shown. */

import { asSentence } from "../../model/as-sentence";
import { messageOf } from "../../model/error-message";
import type { AttentionKind, HeadWeights, WeightDifference } from "../../models/models";
import { areSameSize, comparedShape, hasComparedHead } from "../comparison";
import { type Compared, shapeOf } from "../scene";
import { headCode } from "../state";
import type { OpenedModel } from "../worker/protocol";
import type { Answer } from "./answer";
import type { Asking } from "./asking";
import type { Layers } from "./questions";

export class ComparedResults {
  #second: OpenedModel | null = null;
  #seconds = 0;
  readonly #run: Answer<Compared | string>;
  readonly #head: Answer<HeadWeights>;
  readonly #difference: Answer<WeightDifference>;
  readonly #divergence: Answer<Layers<readonly number[]>>;

  constructor(private readonly asking: Asking) {
    const { questions: asked, worker, shown } = asking;
    this.#run = asked.answer<Compared | string>(
      () => this.#key(),
      async (signal, came) => {
        const { versus, text, second, from } = shown().state;
        const part = versus === "" ? { text, from } : { text: versus };
        try {
          const read = await worker.ask("encode", { ...part, second, added: [], run: "compared" }, { signal });
          if (read.names.length === 0) return came("None of this is a token of the model.");
          const attentions = await worker.ask("run", { run: "compared", input: read.input }, { signal });
          came({ model: this.#second ?? shown().model, text: read, attentions });
        } catch (error) {
          came(asSentence(messageOf(error)));
        }
      },
    );
    this.#head = asked.one<"head", HeadWeights>(
      () => {
        const compared = this.#compared();
        const isThere = compared && hasComparedHead(shown(), compared);
        return isThere ? `${this.#key()} ${headCode(shown().state)}` : null;
      },
      () => {
        const { layer, head, kind } = shown().state;
        return ["head", { run: "compared", layer, head, kind: kind ?? undefined }];
      },
    );
    this.#difference = asked.one<"difference", WeightDifference>(
      () => {
        const compared = this.#compared();
        const isThere = compared && hasComparedHead(shown(), compared) && areSameSize(shown(), compared);
        return isThere ? `${this.#key()} difference ${headCode(shown().state)}` : null;
      },
      () => {
        const { layer, head, kind } = shown().state;
        return ["difference", { run: "compared", layer, head, kind: kind ?? undefined }];
      },
    );
    this.#divergence = asked.answer<Layers<readonly number[]>>(
      () => {
        const compared = this.#compared();
        return compared && areSameSize(shown(), compared) ? `${this.#key()} ${shown().state.kind}` : null;
      },
      (signal, came) => {
        const compared = this.#compared();
        const there = (compared && comparedShape(shown(), compared)?.heads.length) ?? 0;
        const here = shapeOf(shown())?.heads.length ?? 0;
        const ask = (layer: number, kind: AttentionKind | undefined) =>
          worker.ask("divergence", { run: "compared", layer, kind }, { signal });
        return asked.eachLayer(Math.min(here, there), shown().state.kind ?? undefined, ask, came);
      },
    );
  }

  get run() {
    return this.#run.value;
  }
  get head() {
    return this.#head.value;
  }
  get difference() {
    return this.#difference.value;
  }
  get divergence() {
    return this.#divergence.value ?? [];
  }

  /** A second model beside the first, or none. */
  set second(second: OpenedModel | null) {
    this.#second = second;
    this.#seconds++;
  }

  #key(): string | null {
    const { questions } = this.asking;
    const { versus } = this.asking.state;
    const isAsked = (versus !== "" || this.#second !== null) && questions.hasGrid;
    return isAsked ? questions.key("compared", this.#seconds, versus) : null;
  }

  #compared(): Compared | null {
    const { value } = this.#run;
    return typeof value === "string" ? null : value;
  }
}
