/** What the worker has answered of the text that is shown, and what is asked anew when the reader looks elsewhere or changes something. */

import type { AttentionKind, DirectEffects, HeadWeights, PairExplanation, WeightDifference } from "../models/models";
import { Job } from "./answer";
import { ComparedResults } from "./compared-results";
import { type Layers, Questions, type QuestionsEvents } from "./questions";
import { pairOf, positionOf, queryOf, type Shown } from "./scene";
import { type ExplorerState, headCode, isChanged, pairValueOf } from "./state";
import { areJoined, areSeveral, numbersOfChosen, numbersOfWords } from "./tint";
import { blockFor } from "./views/grid-view";
import { lensTokens } from "./views/layers-view";
import type { ModelWorker } from "./worker/client";
import type { EncodedText, LayerHeads, OpenedModel, Prediction } from "./worker/protocol";

const noText: EncodedText = { input: { ids: [] }, names: [], unknown: [] };
/** Predicted tokens that are listed. */
const listed = 10;

export interface ResultsEvents extends QuestionsEvents {
  /** The text was read: its tokens are known, and the state may have to follow. */
  readonly read: (text: EncodedText) => void;
  /** A text of so many tokens is longer than the model's context. */
  readonly tooLong: (tokens: number) => void;
}

export class Results implements Omit<Shown, "state" | "model"> {
  text = noText;
  attentions: Shown["attentions"] = [];
  #model: OpenedModel | null = null;
  readonly #reading = new Job();
  readonly #asked = new Questions(() => this.worker, {
    changed: () => this.events.changed(),
    layerRead: () => this.events.layerRead(),
    say: (message) => this.events.say(message),
  });
  readonly #head = this.#asked.one<"head", HeadWeights>(
    () => this.#headKey(),
    () => ["head", { run: "plain", ...this.#place() }],
  );
  readonly #predictions = this.#asked.one<"predictions", readonly Prediction[]>(
    () => (this.#model?.info.predicts === "nothing" ? null : this.#positionKey()),
    () => ["predictions", { run: "plain", position: this.#position(), which: listed }],
  );
  readonly #changedRun = this.#asked.answer<true>(
    () => this.#changesKey(),
    async (signal, came) => {
      const { changes, other } = this.state();
      const ofOther = changes.patch.length > 0 ? (await this.#encode(other, signal)).input : undefined;
      await this.worker.ask("run", { run: "changed", input: this.text.input, changes, other: ofOther }, { signal });
      came(true);
    },
  );
  readonly #changed = this.#asked.one<"predictions", readonly Prediction[]>(
    () => (this.#changedRun.value && this.#predictions.value ? `${this.#positionKey()} ${this.#changesKey()}` : null),
    () => {
      const which = (this.#predictions.value ?? []).map(({ id }) => id);
      return ["predictions", { run: "changed", position: this.#position(), which }];
    },
  );
  readonly #changedHead = this.#asked.one<"head", HeadWeights>(
    () =>
      this.#changedRun.value && this.state().comparison !== "as it is"
        ? `${this.#headKey()} ${this.#changesKey()}`
        : null,
    () => ["head", { run: "changed", ...this.#place() }],
  );
  readonly #difference = this.#asked.one<"difference", WeightDifference>(
    () =>
      this.#changedRun.value && this.state().comparison === "difference"
        ? `${this.#headKey()} ${this.#changesKey()}`
        : null,
    () => ["difference", { run: "changed", ...this.#place() }],
  );
  readonly #wordWeights = this.#asked.one<"groups", Float32Array>(
    () => {
      const shown = this.#shown();
      return areJoined(shown) && shown.state.tint !== "rollout" ? this.#asked.key(this.#headKey(), "words") : null;
    },
    () => ["groups", { ...this.#place(), ...numbersOfWords(this.#shown()) }],
  );
  readonly #chosenWeights = this.#asked.one<"groups", Float32Array>(
    () => {
      const shown = this.#shown();
      const { tint, query, also, words } = shown.state;
      const isAsked = areSeveral(shown) && tint !== "rollout";
      return isAsked ? this.#asked.key(this.#headKey(), tint, query, also.join(), String(words)) : null;
    },
    () => ["groups", { ...this.#place(), ...numbersOfChosen(this.#shown()) }],
  );
  readonly #values = this.#asked.one<"values", Float32Array>(
    () => {
      const { value, head } = this.state();
      return pairValueOf(value) === null || head === null ? null : this.#asked.key(this.#headKey(), pairValueOf(value));
    },
    () => {
      const { layer, head, kind } = this.#place();
      return ["values", { layer, kind, head: head ?? 0, which: pairValueOf(this.state().value) ?? "product" }];
    },
  );
  readonly #pair = this.#asked.one<"explain", PairExplanation>(
    () => {
      const pair = this.state().head === null ? null : pairOf(this.#shown());
      return pair && this.#asked.key(this.#headKey(), `${pair.query}.${pair.key}`);
    },
    () => {
      const { layer, head, kind } = this.#place();
      const { query = 0, key = 0 } = pairOf(this.#shown()) ?? {};
      return ["explain", { layer, kind, head: head ?? 0, query, key }];
    },
  );
  readonly #rollout = this.#asked.one<"rollout", Float32Array>(
    () => {
      const { tint, kind, words } = this.state();
      return tint === "rollout" && kind !== "cross"
        ? this.#asked.key("rollout", `${kind} ${queryOf(this.#shown())}`, String(words))
        : null;
    },
    () => {
      const { keyGroups } = numbersOfWords(this.#shown());
      return ["rollout", { position: queryOf(this.#shown()), kind: this.state().kind ?? undefined, keyGroups }];
    },
  );
  /** Of a picture's layer all heads, to be seen beside each other. */
  readonly #ofQuery = this.#asked.one<"query", Float32Array>(
    () => {
      const { layer, kind } = this.state();
      return this.text.picture ? this.#asked.key("query", layer, kind, queryOf(this.#shown())) : null;
    },
    () => {
      const { layer, kind } = this.#place();
      return ["query", { layer, kind, query: queryOf(this.#shown()) }];
    },
  );
  readonly #effects = this.#asked.answer<DirectEffects | string>(
    () => {
      const { effectOf, against } = this.state();
      const token = effectOf ?? this.#predictions.value?.[0]?.id;
      if (token === undefined || this.#model?.info.predicts !== "tokens" || !this.#asked.hasGrid) return null;
      return this.#asked.key(this.#positionKey(), `effects ${token} ${against}`);
    },
    async (signal, came) => {
      const { effectOf, against: other } = this.state();
      const token = effectOf ?? this.#predictions.value?.[0]?.id ?? 0;
      try {
        came(await this.worker.ask("effects", { position: this.#position(), token, other }, { signal }));
      } catch (error) {
        came(error instanceof Error ? error.message : String(error));
      }
    },
  );
  readonly #layers = this.#asked.answer<Layers<LayerHeads>>(
    () => this.#asked.key("layers", this.state().kind),
    async (signal, came) => {
      const { names, targetNames = [] } = this.text;
      const block = blockFor(Math.max(names.length, targetNames.length));
      await this.#eachLayer((layer, kind) => this.worker.ask("layer", { layer, block, kind }, { signal }), came);
      if (!signal.aborted) this.#asked.gridCame();
    },
  );
  readonly #lens = this.#asked.one<"lens", readonly (readonly Prediction[])[]>(
    () => (this.#model?.info.predicts === "nothing" || !this.#asked.hasGrid ? null : this.#positionKey()),
    () => ["lens", { position: this.#position(), count: lensTokens }],
  );
  readonly #divergence = this.#asked.answer<Layers<readonly number[]>>(
    () => (this.#changedRun.value ? this.#asked.key(this.#changesKey(), this.state().kind) : null),
    (signal, came) =>
      this.#eachLayer(
        (layer, kind) => this.worker.ask("divergence", { run: "changed", layer, kind }, { signal }),
        came,
      ),
  );

  /** To the chosen head; of a long text it takes long, and is asked only where heads are sorted by it. */
  readonly #likeness = this.#asked.answer<Layers<readonly number[]>>(
    () => {
      const { order, head } = this.state();
      return order === "likeness" && head !== null && this.#asked.hasGrid
        ? this.#asked.key("likeness", this.#headKey())
        : null;
    },
    (signal, came) => {
      const { layer, head } = this.state();
      const to = { layer, head: head ?? 0 };
      return this.#eachLayer((of, kind) => this.worker.ask("likeness", { layer: of, to, kind }, { signal }), came);
    },
  );
  readonly #compared = new ComparedResults(
    this.#asked,
    () => this.worker,
    () => this.#shown(),
  );

  constructor(
    private readonly worker: ModelWorker,
    private readonly state: () => ExplorerState,
    private readonly events: ResultsEvents,
  ) {}

  get head() {
    return this.#head.value;
  }
  get changedHead() {
    return this.#changedHead.value;
  }
  get difference() {
    return this.#difference.value;
  }
  get wordWeights() {
    return this.#wordWeights.value;
  }
  get chosenWeights() {
    return this.#chosenWeights.value;
  }
  get values() {
    return this.#values.value;
  }
  get pair() {
    return this.#pair.value;
  }
  get rollout() {
    return this.#rollout.value;
  }
  get ofQuery() {
    return this.#ofQuery.value;
  }
  get layers() {
    return this.#layers.value ?? [];
  }
  get divergence() {
    return this.#divergence.value ?? [];
  }
  get likeness() {
    return this.#likeness.value ?? [];
  }
  get lens() {
    return this.#lens.value;
  }
  get compared() {
    return this.#compared.run;
  }
  get comparedHead() {
    return this.#compared.head;
  }
  get comparedDifference() {
    return this.#compared.difference;
  }
  get comparedDivergence() {
    return this.#compared.divergence;
  }
  get effects() {
    return this.#effects.value;
  }
  get predictions() {
    const plain = this.#predictions.value;
    return plain && { plain, changed: this.#changed.value };
  }

  /** Nothing is asked until a text is read again. */
  pause(): void {
    this.#reading.start();
    this.#asked.stop();
  }

  /** A second model beside the first, or none. */
  compareWith(second: OpenedModel | null): void {
    this.#compared.second = second;
    this.follow();
  }

  /** Of another model, or without a text, nothing is true any more. */
  forget(): void {
    this.pause();
    this.#compared.second = null;
    this.text = noText;
    this.attentions = [];
  }

  /** What follows from a change of what is looked at, or of what is changed. */
  follow(): void {
    this.#asked.follow();
  }

  /** The text anew: its tokens, a run, then what the views need of it, the chosen head first. */
  read(model: OpenedModel): Promise<void> {
    return this.#read(model, (signal) => {
      const { text, second, added, from } = this.state();
      return this.worker.ask("encode", { text, second, added, from }, { signal });
    });
  }

  readPicture(model: OpenedModel, picture: Blob): Promise<void> {
    return this.#read(model, (signal) => this.worker.ask("picture", { picture }, { signal }));
  }

  async #read(model: OpenedModel, encode: (signal: AbortSignal) => Promise<EncodedText>): Promise<void> {
    this.pause();
    this.#model = model;
    const signal = this.#reading.start();
    let tokens = 0;
    try {
      const read = await encode(signal);
      tokens = read.input.ids.length;
      if (read.names.length === 0) {
        this.#show(read, []);
        this.events.say(this.#whyNothing());
        return;
      }
      const attentions = await this.worker.ask("run", { run: "plain", input: read.input }, { signal });
      this.events.say("");
      this.#asked.start();
      this.#show(read, attentions);
      this.follow();
    } catch (error) {
      if (signal.aborted) return;
      // The run of the text before is gone.
      if (!this.#asked.hasRun) this.#show(noText, []);
      const { context, kind } = model.info;
      if (context > 0 && tokens > context && kind !== "encoder-decoder") this.events.tooLong(tokens);
      this.#asked.fail(error);
    }
  }

  #whyNothing(): string {
    if (this.#model?.info.kind === "image") return "Choose a picture to see what each patch attends to.";
    const isEmpty = this.state().text.trim() === "";
    return isEmpty ? "Type a text to see what each head attends to." : "None of this is a token of the model.";
  }

  #show(read: EncodedText, attentions: Shown["attentions"]): void {
    this.text = read;
    this.attentions = attentions;
    this.events.read(read);
  }

  #encode(text: string, signal: AbortSignal): Promise<EncodedText> {
    const { second, added } = this.state();
    return this.worker.ask("encode", { text, second, added }, { signal });
  }

  /** Of the attention that is shown, one layer after the other. */
  #eachLayer<T>(
    ask: (layer: number, kind: AttentionKind | undefined) => Promise<T>,
    came: (layers: Layers<T>) => void,
  ): Promise<void> {
    const kind = this.state().kind ?? undefined;
    const heads = this.attentions.find((each) => each.kind === (kind ?? this.#main()))?.heads ?? [];
    return this.#asked.eachLayer(heads.length, kind, ask, came);
  }

  #main() {
    return this.#model?.info.kind === "encoder" || this.#model?.info.kind === "image" ? "encoder" : "decoder";
  }

  #shown(): Shown {
    return {
      state: this.state(),
      model: this.#model as OpenedModel,
      text: this.text,
      attentions: this.attentions,
      head: this.#head.value,
    };
  }

  #place() {
    const { layer, head, kind } = this.state();
    return { layer, head, kind: kind ?? undefined };
  }

  #position(): number {
    return positionOf(this.#shown());
  }

  #headKey(): string | null {
    return this.#asked.key(headCode(this.state()));
  }

  #positionKey(): string | null {
    return this.#asked.key("position", this.#asked.hasRun ? this.#position() : 0);
  }

  #changesKey(): string | null {
    const { changes, other } = this.state();
    return isChanged(changes) ? this.#asked.key(JSON.stringify(changes), changes.patch.length > 0 ? other : "") : null;
  }
}
