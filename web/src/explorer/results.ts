/** What the worker has answered of the text that is shown, and what is asked anew when the reader looks elsewhere or changes something. */

import { asSentence } from "../model/as-sentence";
import type { AttentionKind, DirectEffects, HeadWeights, PairExplanation } from "../models/models";
import { Answer, Job } from "./answer";
import { areSameSize, comparedShape, hasComparedHead } from "./comparison";
import { type Compared, pairOf, positionOf, queryOf, type Shown } from "./scene";
import { type ExplorerState, headCode, isChanged, pairValueOf } from "./state";
import { blockFor } from "./views/grid-view";
import { lensTokens } from "./views/layers-view";
import type { ModelWorker } from "./worker/client";
import type { EncodedText, LayerHeads, OpenedModel, Prediction, TaskName, Tasks } from "./worker/protocol";

const noText: EncodedText = { input: { ids: [] }, names: [], unknown: [] };
/** Predicted tokens that are listed. */
const listed = 10;

export interface ResultsEvents {
  /** Something came, or is no longer true. */
  readonly changed: () => void;
  /** The heads of a layer came. */
  readonly layerRead: () => void;
  /** The text was read: its tokens are known, and the state may have to follow. */
  readonly read: (text: EncodedText) => void;
  /** A text of so many tokens is longer than the model's context. */
  readonly tooLong: (tokens: number) => void;
  /** What is wrong, in a sentence; empty when nothing is. */
  readonly say: (message: string) => void;
}

/** What there is of each layer so far. */
type Layers<T> = readonly (T | undefined)[];

export class Results implements Omit<Shown, "state" | "model"> {
  text = noText;
  attentions: Shown["attentions"] = [];
  #model: OpenedModel | null = null;
  #second: OpenedModel | null = null;
  #seconds = 0;
  /** Which text is shown; null while the worker's runs are not those of the text that is shown. */
  #serial: number | null = null;
  #texts = 0;
  /** The text all of whose layers have come. */
  #gridSerial: number | null = null;
  readonly #reading = new Job();
  readonly #answers: Answer<unknown>[] = [];
  readonly #head = this.#one<"head", HeadWeights>(
    () => this.#headKey(),
    () => ["head", { run: "plain", ...this.#place() }],
  );
  readonly #predictions = this.#one<"predictions", readonly Prediction[]>(
    () => (this.#model?.info.predicts === "nothing" ? null : this.#positionKey()),
    () => ["predictions", { run: "plain", position: this.#position(), which: listed }],
  );
  readonly #changedRun = this.#answer<true>(
    () => this.#changesKey(),
    async (signal, came) => {
      const { changes, other } = this.state();
      const ofOther = changes.patch.length > 0 ? (await this.#encode(other, signal)).input : undefined;
      await this.worker.ask("run", { run: "changed", input: this.text.input, changes, other: ofOther }, { signal });
      came(true);
    },
  );
  readonly #changed = this.#one<"predictions", readonly Prediction[]>(
    () => (this.#changedRun.value && this.#predictions.value ? `${this.#positionKey()} ${this.#changesKey()}` : null),
    () => {
      const which = (this.#predictions.value ?? []).map(({ id }) => id);
      return ["predictions", { run: "changed", position: this.#position(), which }];
    },
  );
  readonly #changedHead = this.#one<"head", HeadWeights>(
    () =>
      this.#changedRun.value && this.state().comparison !== "as it is"
        ? `${this.#headKey()} ${this.#changesKey()}`
        : null,
    () => ["head", { run: "changed", ...this.#place() }],
  );
  readonly #values = this.#one<"values", Float32Array>(
    () => {
      const { value, head } = this.state();
      return pairValueOf(value) === null || head === null ? null : this.#key(this.#headKey(), pairValueOf(value));
    },
    () => {
      const { layer, head, kind } = this.#place();
      return ["values", { layer, kind, head: head ?? 0, which: pairValueOf(this.state().value) ?? "product" }];
    },
  );
  readonly #pair = this.#one<"explain", PairExplanation>(
    () => {
      const pair = this.state().head === null ? null : pairOf(this.#shown());
      return pair && this.#key(this.#headKey(), `${pair.query}.${pair.key}`);
    },
    () => {
      const { layer, head, kind } = this.#place();
      const { query = 0, key = 0 } = pairOf(this.#shown()) ?? {};
      return ["explain", { layer, kind, head: head ?? 0, query, key }];
    },
  );
  readonly #rollout = this.#one<"rollout", Float32Array>(
    () => {
      const { tint, kind } = this.state();
      return tint === "rollout" && kind !== "cross" ? this.#key("rollout", `${kind} ${queryOf(this.#shown())}`) : null;
    },
    () => ["rollout", { position: queryOf(this.#shown()), kind: this.state().kind ?? undefined }],
  );
  /** Of a picture's layer all heads, to be seen beside each other. */
  readonly #ofQuery = this.#one<"query", Float32Array>(
    () => {
      const { layer, kind } = this.state();
      return this.text.picture ? this.#key("query", layer, kind, queryOf(this.#shown())) : null;
    },
    () => {
      const { layer, kind } = this.#place();
      return ["query", { layer, kind, query: queryOf(this.#shown()) }];
    },
  );
  readonly #effects = this.#answer<DirectEffects | string>(
    () => {
      const { effectOf, against } = this.state();
      const token = effectOf ?? this.#predictions.value?.[0]?.id;
      if (token === undefined || this.#model?.info.predicts !== "tokens" || !this.#hasGrid()) return null;
      return this.#key(this.#positionKey(), `effects ${token} ${against}`);
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
  readonly #layers = this.#answer<Layers<LayerHeads>>(
    () => this.#key("layers", this.state().kind),
    async (signal, came) => {
      const { names, targetNames = [] } = this.text;
      const block = blockFor(Math.max(names.length, targetNames.length));
      await this.#eachLayer((layer, kind) => this.worker.ask("layer", { layer, block, kind }, { signal }), came);
      if (!signal.aborted) this.#gridSerial = this.#serial;
    },
  );
  readonly #lens = this.#one<"lens", readonly (readonly Prediction[])[]>(
    () => (this.#model?.info.predicts === "nothing" || !this.#hasGrid() ? null : this.#positionKey()),
    () => ["lens", { position: this.#position(), count: lensTokens }],
  );
  readonly #divergence = this.#answer<Layers<readonly number[]>>(
    () => (this.#changedRun.value ? this.#key(this.#changesKey(), this.state().kind) : null),
    (signal, came) =>
      this.#eachLayer(
        (layer, kind) => this.worker.ask("divergence", { run: "changed", layer, kind }, { signal }),
        came,
      ),
  );

  readonly #compared = this.#answer<Compared | string>(
    () => this.#comparedKey(),
    async (signal, came) => {
      const { versus, text, second, from } = this.state();
      const part = versus === "" ? { text, from } : { text: versus };
      try {
        const read = await this.worker.ask("encode", { ...part, second, added: [], run: "compared" }, { signal });
        if (read.names.length === 0) return came("None of this is a token of the model.");
        const attentions = await this.worker.ask("run", { run: "compared", input: read.input }, { signal });
        came({ model: this.#second ?? (this.#model as OpenedModel), text: read, attentions });
      } catch (error) {
        came(asSentence(error instanceof Error ? error.message : String(error)));
      }
    },
  );
  readonly #comparedHead = this.#one<"head", HeadWeights>(
    () => {
      const compared = this.#comparedRun();
      return compared && hasComparedHead(this.#shown(), compared) ? `${this.#headKey()} ${this.#comparedKey()}` : null;
    },
    () => ["head", { run: "compared", ...this.#place() }],
  );
  readonly #comparedDivergence = this.#answer<Layers<readonly number[]>>(
    () => {
      const compared = this.#comparedRun();
      return compared && areSameSize(this.#shown(), compared) ? `${this.#comparedKey()} ${this.state().kind}` : null;
    },
    (signal, came) => {
      const compared = this.#comparedRun();
      const layers = (compared && comparedShape(this.#shown(), compared)?.heads.length) ?? 0;
      const ask = (layer: number, kind: AttentionKind | undefined) =>
        this.worker.ask("divergence", { run: "compared", layer, kind }, { signal });
      return this.#eachLayer(ask, came, layers);
    },
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
  get lens() {
    return this.#lens.value;
  }
  get compared() {
    return this.#compared.value;
  }
  get comparedHead() {
    return this.#comparedHead.value;
  }
  get comparedDivergence() {
    return this.#comparedDivergence.value ?? [];
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
    this.#serial = null;
    for (const answer of this.#answers) answer.clear();
  }

  /** A second model beside the first, or none. */
  compareWith(second: OpenedModel | null): void {
    this.#second = second;
    this.#seconds++;
    this.follow();
  }

  /** Of another model, or without a text, nothing is true any more. */
  forget(): void {
    this.pause();
    this.#second = null;
    this.text = noText;
    this.attentions = [];
  }

  /** What follows from a change of what is looked at, or of what is changed. */
  follow(): void {
    for (const answer of this.#answers) answer.update();
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
      this.#serial = ++this.#texts;
      this.#show(read, attentions);
      this.follow();
    } catch (error) {
      if (signal.aborted) return;
      // The run of the text before is gone.
      if (this.#serial === null) this.#show(noText, []);
      const { context, kind } = model.info;
      if (context > 0 && tokens > context && kind !== "encoder-decoder") this.events.tooLong(tokens);
      this.#fail(error);
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

  /** At most so many layers, one after the other. */
  async #eachLayer<T>(
    ask: (layer: number, kind: AttentionKind | undefined) => Promise<T>,
    came: (layers: Layers<T>) => void,
    most = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    const kind = this.state().kind ?? undefined;
    const heads = this.#shown().attentions.find((each) => each.kind === (kind ?? this.#main()))?.heads ?? [];
    const count = Math.min(heads.length, most);
    let layers: Layers<T> = [];
    for (let layer = 0; layer < count; layer++) {
      const one = await ask(layer, kind);
      layers = Array.from({ length: count }, (_, i) => (i === layer ? one : layers[i]));
      came(layers);
      this.events.layerRead();
    }
  }

  /** An answer that comes whole. */
  #one<Name extends TaskName, T extends Tasks[Name]["result"]>(
    keyOf: () => string | null,
    question: () => [Name, Tasks[Name]["request"]],
  ): Answer<T> {
    return this.#answer<T>(keyOf, async (signal, came) => {
      const [name, request] = question();
      came((await this.worker.ask(name, request, { signal })) as T);
    });
  }

  #answer<T>(
    keyOf: () => string | null,
    ask: (signal: AbortSignal, came: (value: T) => void) => Promise<void>,
  ): Answer<T> {
    const answer = new Answer<T>(
      keyOf,
      async (signal, came) => {
        await ask(signal, came);
        if (signal.aborted) return;
        // What depends on it can be asked now.
        this.follow();
        this.events.changed();
      },
      (error) => this.#fail(error),
    );
    this.#answers.push(answer as Answer<unknown>);
    return answer;
  }

  #fail(error: unknown): void {
    this.events.say(asSentence(error instanceof Error ? error.message : String(error)));
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

  /** Null where there is no run to ask. */
  #key(...parts: readonly (string | number | null)[]): string | null {
    return this.#serial === null ? null : [this.#serial, ...parts].join(" ");
  }

  #headKey(): string | null {
    return this.#key(headCode(this.state()));
  }

  #positionKey(): string | null {
    return this.#key("position", this.#serial === null ? 0 : this.#position());
  }

  /** Whether the grid of this text is there, which readers of a long one wait for; the rest is asked then. */
  #hasGrid(): boolean {
    return this.#serial !== null && this.#gridSerial === this.#serial;
  }

  #comparedKey(): string | null {
    const { versus } = this.state();
    return (versus === "" && !this.#second) || !this.#hasGrid() ? null : this.#key("compared", this.#seconds, versus);
  }

  #comparedRun(): Compared | null {
    const { value } = this.#compared;
    return typeof value === "string" ? null : value;
  }

  #changesKey(): string | null {
    const { changes, other } = this.state();
    return isChanged(changes) ? this.#key(JSON.stringify(changes), changes.patch.length > 0 ? other : "") : null;
  }
}
