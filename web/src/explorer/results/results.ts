/** What the worker has answered of the text that is shown, and what is asked anew when the reader looks elsewhere or changes something. */
import type { Answers, Shown } from "../scene";
import type { ExplorerState } from "../state";
import type { ModelWorker } from "../worker/client";
import type { EncodedText, OpenedModel } from "../worker/protocol";
import { Job } from "./answer";
import { Asking } from "./asking";
import { ChangedResults } from "./changed-results";
import { ComparedResults } from "./compared-results";
import { GridResults, similarityOf } from "./grid-results";
import { HeadResults } from "./head-results";
import { LayerResults, PredictionResults } from "./prediction-results";
import { Questions, type QuestionsEvents } from "./questions";

const noText: EncodedText = { input: { ids: [] }, names: [], unknown: [] };

export interface ResultsEvents extends QuestionsEvents {
  /** The text was read: its tokens are known, and the state may have to follow. */
  readonly read: (text: EncodedText) => void;
  /** A text of so many tokens is longer than the model's context. */
  readonly tooLong: (tokens: number) => void;
}

export class Results {
  text = noText;
  attentions: Shown["attentions"] = [];
  #model: OpenedModel | null = null;
  readonly #reading = new Job();
  readonly #questions: Questions;
  // They are asked in this order, the chosen head first.
  readonly #head: HeadResults;
  readonly #predicted: PredictionResults;
  readonly #changed: ChangedResults;
  readonly #grid: GridResults;
  readonly #ofLayers: LayerResults;
  readonly #divergence: ReturnType<ChangedResults["divergence"]>;
  readonly #similarity: ReturnType<typeof similarityOf>;
  readonly #compared: ComparedResults;

  constructor(
    private readonly worker: ModelWorker,
    private readonly state: () => ExplorerState,
    private readonly events: ResultsEvents,
  ) {
    this.#questions = new Questions(worker, events);
    const asking = new Asking(this.#questions, worker, state, () => this.#shown());
    this.#head = new HeadResults(asking);
    this.#predicted = new PredictionResults(asking);
    this.#changed = new ChangedResults(asking, this.#predicted.predictions);
    this.#grid = new GridResults(asking);
    this.#ofLayers = new LayerResults(asking, this.#predicted.predictions);
    this.#divergence = this.#changed.divergence();
    this.#similarity = similarityOf(asking);
    this.#compared = new ComparedResults(asking);
  }

  /** All that is there of what is looked at. */
  get answers(): Answers {
    const { head, wordWeights, chosenWeights, values, pair, rollout, ofQuery } = this.#head;
    const plain = this.#predicted.predictions.value;
    const compared = this.#compared;
    return {
      text: this.text,
      attentions: this.attentions,
      head: head.value,
      wordWeights: wordWeights.value,
      chosenWeights: chosenWeights.value,
      values: values.value,
      pair: pair.value,
      rollout: rollout.value,
      ofQuery: ofQuery.value,
      predictions: plain && { plain, changed: this.#changed.predictions.value },
      keptKeys: this.#predicted.keptKeys.value,
      changedHead: this.#changed.head.value,
      difference: this.#changed.difference.value,
      layers: this.#grid.layers.value ?? [],
      effects: this.#ofLayers.effects.value,
      lens: this.#ofLayers.lens.value,
      divergence: this.#divergence.value ?? [],
      similarity: this.#similarity.value ?? [],
      compared: compared.run,
      comparedHead: compared.head,
      comparedDifference: compared.difference,
      comparedDivergence: compared.divergence,
    };
  }

  /** Nothing is asked until a text is read again. */
  pause(): void {
    this.#reading.start();
    this.#questions.stop();
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
    this.#questions.follow();
  }

  /** The text anew: its tokens, a run, then what the views need of it. */
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
      this.#questions.start();
      this.#show(read, attentions);
      this.follow();
    } catch (error) {
      if (signal.aborted) return;
      // The run of the text before is gone.
      if (!this.#questions.hasRun) this.#show(noText, []);
      const { context, kind } = model.info;
      if (context > 0 && tokens > context && kind !== "encoder-decoder") this.events.tooLong(tokens);
      this.#questions.fail(error);
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

  #shown(): Shown {
    return {
      state: this.state(),
      model: this.#model as OpenedModel,
      text: this.text,
      attentions: this.attentions,
      head: this.#head.head.value,
    };
  }
}
