/** What a reader asks of the worker besides a run: the token that follows, the number of a token, and the heads on many texts. */

import { asSentence } from "../model/as-sentence";
import { messageOf } from "../model/error-message";
import { Job } from "./results/answer";
import type { ExplorerState } from "./state";
import type { ManyView } from "./views/many-view";
import type { ModelWorker } from "./worker/client";
import type { EncodedText } from "./worker/protocol";

export interface TextTasksContext {
  readonly state: () => ExplorerState;
  /** The text that is shown. */
  readonly text: () => EncodedText;
  readonly change: (change: Partial<ExplorerState>) => void;
  readonly say: (message: string) => void;
  /** Where it is shown how far many texts are read. */
  readonly many: () => ManyView;
  readonly manyCame: () => void;
}

const sentenceOf = (error: unknown) => asSentence(messageOf(error));

export class TextTasks {
  private readonly writing = new Job();
  private readonly readingMany = new Job();

  constructor(
    private readonly worker: ModelWorker,
    private readonly page: TextTasksContext,
  ) {}

  /** The token that follows, drawn as the reader has set it. */
  async write(): Promise<void> {
    const { page } = this;
    const signal = this.writing.start();
    const { temperature, topK, topP, seed, added } = page.state();
    const { input } = page.text();
    try {
      // Each token has a seed of its own, so that one that is taken back comes again.
      const drawn = { input, temperature, topK, topP, seed: (seed + added.length) % 2 ** 32 };
      const next = await this.worker.ask("next", drawn, { signal });
      if (next && page.text().input === input) page.change({ added: [...added, next.id], query: null, key: null });
    } catch (error) {
      if (!signal.aborted) page.say(sentenceOf(error));
    }
  }

  /** Another token in the place of one, in the changed run. */
  async replace(position: number, text: string): Promise<void> {
    const { page } = this;
    try {
      const token = await this.worker.ask("token", { text });
      if (!token) return page.say("This is no token of the model.");
      const { changes } = page.state();
      const others = changes.replace.filter((each) => each.position !== position);
      page.change({ changes: { ...changes, replace: [...others, { position, id: token.id }] } });
    } catch (error) {
      page.say(sentenceOf(error));
    }
  }

  async openMany(file: File): Promise<void> {
    const { page } = this;
    const signal = this.readingMany.start();
    const { kind } = page.state();
    const onProgress = (progress: { loaded: number; total: number }) => {
      if (!signal.aborted) page.many().tell(file.name, progress);
    };
    try {
      const texts = (await file.text()).split(/\r?\n/).filter((line) => line.trim() !== "");
      const found = await this.worker.ask("many", { texts, kind: kind ?? undefined }, { signal, onProgress });
      page.many().found(file.name, kind, found);
      page.manyCame();
    } catch (error) {
      if (!signal.aborted) page.many().idle(sentenceOf(error));
    }
  }

  cancelMany(): void {
    this.readingMany.start();
    this.page.many().idle("Reading was cancelled.");
  }

  /** Of another model none of it is true. */
  forgetMany(): void {
    this.readingMany.start();
    this.page.many().forget();
  }
}
