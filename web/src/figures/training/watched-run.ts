/** A run of training as a figure knows it: its session, its numbers so far, and whether it is wanted to go on. */

import type {
  Checkpoint,
  Evaluation,
  Example,
  HeadPlace,
  InspectionRequest,
  ModelInfo,
  TrainingEvent,
  TrainingSession,
} from "../../compute/training/training";
import { headName } from "../../figure/trained/head-labels";
import { messageOf } from "../../model/error-message";
import { type Formation, formationsOf, headsOf, type ScoreName } from "./formation";
import { backAt, emptyHistory, lastStep, type RunHistory, withBatch, withCheckpoints } from "./run-history";
import type { TrainingState } from "./training-state";
import type { HiddenReason } from "./watch-visibility";

export type Formations = Readonly<Record<"induction" | "previousToken", Formation | undefined>>;

export class WatchedRun {
  /** It was begun, and has not been paused since. */
  wanted = false;
  /** It trains by itself, until the reader begins another. */
  isExample = false;
  /** What went wrong, for the reader; null once training goes on. */
  trouble: string | null = null;
  history: RunHistory;
  private away: HiddenReason = null;
  private formed: { readonly checkpoints: readonly Checkpoint[]; readonly formations: Promise<Formations> } | null =
    null;
  private changing: Promise<void> = Promise.resolve();
  private readonly examples = new Map<number, Promise<Example>>();
  private readonly evaluations = new Map<string, Evaluation>();
  private readonly stopListening: () => void;

  constructor(
    readonly session: TrainingSession,
    /** What it was begun with; its learning rate is the present one. */
    public state: TrainingState,
    private readonly changed: (event: TrainingEvent) => void,
    earlier: RunHistory = emptyHistory,
    /** Where the network comes from, if it was not begun in this page. */
    readonly file: string | null = null,
  ) {
    this.history = withCheckpoints(earlier, session.checkpoints);
    this.stopListening = session.listen((event) => this.receive(event));
  }

  get info(): ModelInfo {
    return this.session.info;
  }

  get step(): number {
    return this.session.step;
  }

  /** Steps that the network can be looked at as it was. */
  get steps(): number[] {
    return this.session.checkpoints.map(({ step }) => step);
  }

  /** Whether it is being trained at this moment. */
  get isPlaying(): boolean {
    return this.wanted && this.away === null && this.session.isPlaying;
  }

  get isWaiting(): HiddenReason {
    return this.wanted ? this.away : null;
  }

  /** Whether there is anything that would be missed. */
  get isBegun(): boolean {
    return lastStep(this.history) > 0;
  }

  /** When the worker does what was last wished. */
  get settled(): Promise<void> {
    return this.changing;
  }

  play(): void {
    this.trouble = null;
    this.wanted = true;
    this.follow();
  }

  pause(): void {
    this.wanted = false;
    this.follow();
  }

  setHidden(away: HiddenReason): void {
    this.away = away;
    this.follow();
  }

  async takeStep(): Promise<void> {
    this.pause();
    this.trouble = null;
    await this.changing;
    await this.session.takeStep();
  }

  async setRate(state: TrainingState): Promise<void> {
    this.state = state;
    await this.session.setLearningRate(state.rate);
  }

  /** One of the sequences that it is not trained on. */
  example(number: number): Promise<Example> {
    const known = this.examples.get(number);
    if (known) return known;
    const asked = this.session.examples(number, 1).then(([example]) => example ?? { tokens: [], targets: [] });
    this.examples.set(number, asked);
    return asked;
  }

  /** The first head to form by each score, as far as its checkpoints tell; asked once for the same checkpoints. */
  formations(): Promise<Formations> {
    const { checkpoints } = this.history;
    if (this.formed?.checkpoints !== checkpoints)
      this.formed = { checkpoints, formations: this.findFormations(checkpoints) };
    return this.formed.formations;
  }

  private async findFormations(checkpoints: readonly Checkpoint[]): Promise<Formations> {
    const places = headsOf(checkpoints);
    const steps = checkpoints.map(({ step }) => step);
    const first = async (name: ScoreName) => {
      const scores = places.map((place) =>
        checkpoints.map(({ evaluation }) => evaluation.heads[place.layer]?.[place.head]?.[name] ?? Number.NaN),
      );
      return places.length > 0 ? formationsOf(places, await this.session.rises({ steps, scores }))[0] : undefined;
    };
    const [induction, previousToken] = await Promise.all([first("induction"), first("previousToken")]);
    return { induction, previousToken };
  }

  inspect(request: InspectionRequest) {
    return this.session.inspect(request);
  }

  /** What the network of a checkpoint does on the held-out sequences without some heads. */
  async evaluateWithout(step: number, off: readonly HeadPlace[]): Promise<Evaluation> {
    const known = this.known(step, off);
    if (known) return known;
    const evaluation = await this.session.evaluate({ step, off: [...off] });
    if (this.evaluations.size > 500) this.evaluations.clear();
    this.evaluations.set(keyOf(step, off), evaluation);
    return evaluation;
  }

  /** The same, if it has been asked before. */
  known(step: number, off: readonly HeadPlace[]): Evaluation | undefined {
    return this.evaluations.get(keyOf(step, off));
  }

  close(): void {
    this.wanted = false;
    this.stopListening();
    this.session.close();
  }

  /** One at a time and the last wish wins, as answers of the worker take a moment. */
  private follow(): void {
    this.changing = this.changing.then(async () => {
      const should = this.wanted && this.away === null;
      if (should === this.session.isPlaying) return;
      await (should ? this.session.play() : this.session.pause()).catch((error: unknown) => {
        this.wanted = false;
        this.trouble ??= messageOf(error);
      });
    });
  }

  private receive(event: TrainingEvent): void {
    if (event.event === "progress") this.history = withBatch(this.history, event.progress);
    if (event.event === "checkpoint" || event.event === "thinned")
      this.history = withCheckpoints(this.history, this.session.checkpoints);
    if (event.event === "diverged") {
      this.history = backAt(this.history, event.step, this.history.batches.at(-1));
      this.evaluations.clear();
    }
    if (event.event === "diverged" || event.event === "failed") this.trouble = event.message;
    if (event.event === "diverged" || event.event === "failed" || event.event === "finished") this.wanted = false;
    this.changed(event);
  }
}

const keyOf = (step: number, off: readonly HeadPlace[]) => `${step} ${off.map(headName).sort().join(" ")}`;
