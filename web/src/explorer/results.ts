/** What the worker has answered of the present text, and what is asked anew when the reader changes something. */

import { asSentence } from "../model/as-sentence";
import { positionOf, type Scene } from "./scene";
import { type ExplorerState, isChanged } from "./state";
import { blockFor } from "./views/grid-view";
import { lensTokens } from "./views/layers-view";
import type { ModelWorker } from "./worker/client";
import type { EncodedText, OpenedModel, Prediction } from "./worker/protocol";

const noText: EncodedText = { ids: [], names: [], unknown: [] };
/** Predicted tokens that are listed. */
const listed = 10;

/** One job of a kind at a time: a newer one takes the place of the one before. */
export class Job {
  #controller: AbortController | undefined;

  start(): AbortSignal {
    this.#controller?.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

export interface ResultsEvents {
  /** Something came, or is no longer true. */
  readonly changed: () => void;
  /** The heads of a layer came. */
  readonly layerRead: () => void;
  /** The text was read: its tokens are known, and the state may have to follow. */
  readonly read: (text: EncodedText) => void;
  /** What is wrong, in a sentence; empty when nothing is. */
  readonly say: (message: string) => void;
}

export class Results {
  text = noText;
  head: Scene["head"] = null;
  layers: Scene["layers"] = [];
  lens: Scene["lens"] = null;
  #plain: readonly Prediction[] | null = null;
  #changed: readonly Prediction[] | null = null;
  #position = -1;
  #hasChangedRun = false;
  readonly #reading = new Job();
  readonly #ofHead = new Job();
  readonly #ofPosition = new Job();
  readonly #ofChanges = new Job();

  constructor(
    private readonly worker: ModelWorker,
    private readonly state: () => ExplorerState,
    private readonly events: ResultsEvents,
  ) {}

  get predictions(): Scene["predictions"] {
    return this.#plain && { plain: this.#plain, changed: this.#changed };
  }

  /** Of another model nothing is true any more. */
  forget(): void {
    this.text = noText;
    this.head = null;
    this.layers = [];
    this.lens = null;
    this.#plain = null;
    this.#changed = null;
  }

  /** What follows from a change of the state that is not one of the text. */
  follow(before: ExplorerState, model: OpenedModel): void {
    const after = this.state();
    if (after.layer !== before.layer || after.head !== before.head) void this.#readHead();
    if (after.changes !== before.changes) void this.#runChanges();
    if (positionOf({ state: after, text: this.text }) !== this.#position) void this.#readPosition(model);
  }

  /** The text anew: its tokens, a run, then what the views need of it, the chosen head first. */
  async read(model: OpenedModel): Promise<void> {
    const signal = this.#reading.start();
    await this.#attempt(signal, async () => {
      const { text, added } = this.state();
      const read = await this.worker.ask("encode", { text, added }, { signal });
      if (read.ids.length === 0) {
        this.forget();
        this.text = read;
        this.events.read(read);
        const isEmpty = text.trim() === "";
        this.events.say(
          isEmpty ? "Type a text to see what each head attends to." : "None of this is a token of the model.",
        );
        return;
      }
      await this.worker.ask("run", { run: "plain", ids: read.ids, typeIds: read.typeIds }, { signal });
      this.events.say("");
      this.text = read;
      this.head = null;
      this.#changed = null;
      this.events.read(read);
      await this.#readHead();
      signal.throwIfAborted();
      const rest = [this.#readPosition(model), this.#runChanges()];
      await this.#readLayers(model.info.layers, signal);
      await Promise.all(rest);
    });
  }

  /** What is shown of the text before stays until what takes its place is there. */
  async #readLayers(layers: number, signal: AbortSignal): Promise<void> {
    const block = blockFor(this.text.ids.length);
    for (let layer = 0; layer < layers; layer++) {
      const heads = await this.worker.ask("layer", { layer, block }, { signal });
      this.layers = Array.from({ length: layers }, (_, i) => (i === layer ? heads : this.layers[i]));
      this.events.layerRead();
    }
  }

  async #readHead(): Promise<void> {
    const signal = this.#ofHead.start();
    const { layer, head } = this.state();
    if (this.text.ids.length === 0) return;
    await this.#attempt(signal, async () => {
      this.head = await this.worker.ask("head", { layer, head }, { signal });
    });
  }

  async #readPosition({ predictsTokens }: OpenedModel): Promise<void> {
    const signal = this.#ofPosition.start();
    const position = positionOf({ state: this.state(), text: this.text });
    this.#position = position;
    if (!predictsTokens || this.text.ids.length === 0) return;
    await this.#attempt(signal, async () => {
      this.#plain = await this.worker.ask("predictions", { run: "plain", position, which: listed }, { signal });
      await this.#readChanged(position, signal);
      this.events.changed();
      this.lens = await this.worker.ask("lens", { position, count: lensTokens }, { signal });
    });
  }

  async #runChanges(): Promise<void> {
    const signal = this.#ofChanges.start();
    this.#changed = null;
    this.#hasChangedRun = false;
    const { changes } = this.state();
    const { ids, typeIds } = this.text;
    if (!isChanged(changes) || ids.length === 0) return this.events.changed();
    await this.#attempt(signal, async () => {
      await this.worker.ask("run", { run: "changed", ids, typeIds, changes }, { signal });
      this.#hasChangedRun = true;
      await this.#readChanged(positionOf({ state: this.state(), text: this.text }), signal);
    });
  }

  /** The same tokens as they are predicted with the changes. */
  async #readChanged(position: number, signal: AbortSignal): Promise<void> {
    if (!this.#plain || !this.#hasChangedRun) return;
    const which = this.#plain.map(({ id }) => id);
    this.#changed = await this.worker.ask("predictions", { run: "changed", position, which }, { signal });
  }

  async #attempt(signal: AbortSignal, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      if (!signal.aborted) this.events.changed();
    } catch (error) {
      if (!signal.aborted) this.events.say(asSentence(error instanceof Error ? error.message : String(error)));
    }
  }
}
