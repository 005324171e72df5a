/** What is asked of the worker's runs of one text: each answer has a key, and is asked anew when that is another. */

import { asSentence } from "../../model/as-sentence";
import { messageOf } from "../../model/error-message";
import type { AttentionKind } from "../../models/models";
import type { ModelWorker } from "../worker/client";
import type { TaskName, Tasks } from "../worker/protocol";
import { Answer } from "./answer";

/** What there is of each layer so far. */
export type Layers<T> = readonly (T | undefined)[];

export interface QuestionsEvents {
  /** Something came, or is no longer true. */
  readonly changed: () => void;
  /** The heads of a layer came. */
  readonly layerRead: () => void;
  /** What is wrong, in a sentence; empty when nothing is. */
  readonly say: (message: string) => void;
}

export class Questions {
  /** Which text is shown; null while the worker's runs are not those of the text that is shown. */
  #serial: number | null = null;
  #texts = 0;
  /** The text all of whose layers have come. */
  #gridSerial: number | null = null;
  readonly #answers: Answer<unknown>[] = [];

  constructor(
    private readonly worker: ModelWorker,
    private readonly events: QuestionsEvents,
  ) {}

  get hasRun(): boolean {
    return this.#serial !== null;
  }

  /** Whether the grid of this text is there, which readers of a long one wait for; the rest is asked then. */
  get hasGrid(): boolean {
    return this.#serial !== null && this.#gridSerial === this.#serial;
  }

  /** The worker's plain run is that of another text from now on. */
  start(): void {
    this.#serial = ++this.#texts;
  }

  /** Nothing is asked until another text has a run. */
  stop(): void {
    this.#serial = null;
    for (const answer of this.#answers) answer.clear();
  }

  gridCame(): void {
    this.#gridSerial = this.#serial;
  }

  /** What follows from a change of what is looked at, or of what is changed. */
  follow(): void {
    for (const answer of this.#answers) answer.update();
  }

  /** Null where there is no run to ask. */
  key(...parts: readonly (string | number | null | undefined)[]): string | null {
    return this.#serial === null ? null : [this.#serial, ...parts].join(" ");
  }

  /** An answer that comes whole. */
  one<Name extends TaskName, T extends Tasks[Name]["result"]>(
    keyOf: () => string | null,
    question: () => [Name, Tasks[Name]["request"]],
  ): Answer<T> {
    return this.answer<T>(keyOf, async (signal, came) => {
      const [name, request] = question();
      came((await this.worker.ask(name, request, { signal })) as T);
    });
  }

  answer<T>(
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
      (error) => this.fail(error),
    );
    this.#answers.push(answer as Answer<unknown>);
    return answer;
  }

  /** So many layers, one after the other. */
  async eachLayer<T>(
    count: number,
    kind: AttentionKind | undefined,
    ask: (layer: number, kind: AttentionKind | undefined) => Promise<T>,
    came: (layers: Layers<T>) => void,
  ): Promise<void> {
    let layers: Layers<T> = [];
    for (let layer = 0; layer < count; layer++) {
      const one = await ask(layer, kind);
      layers = Array.from({ length: count }, (_, i) => (i === layer ? one : layers[i]));
      came(layers);
      this.events.layerRead();
    }
  }

  fail(error: unknown): void {
    this.events.say(asSentence(messageOf(error)));
  }
}
