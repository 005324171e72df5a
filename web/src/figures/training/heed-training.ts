/**
 * <heed-training>: a small transformer that is trained in the page, from random weights, and what its heads become.
 * Attributes: the settings of a run (training-state.ts); `plays`, which has an example run train by itself once it is in view, until
 * the reader begins one. Methods: play(), pause(), open(blob, name).
 * It pauses while nobody can see it, and what a reader trained is kept in this browser until it is reset.
 */

import { reducedMotion } from "../../charts/motion";
import { TrainingSession } from "../../compute/training/training";
import type { HeadPlace, TrainingEvent } from "../../compute/training/training-protocol";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import timeChart from "../../figure/styles/time-chart.css?inline";
import { headName } from "../../figure/trained/head-labels";
import { messageOf } from "../../model/error-message";
import type { FigureData } from "../../model/figure-data";
import { AblationScores } from "./ablation-scores";
import type { Moment } from "./moment";
import { checkpointAt, type RunHistory } from "./run-history";
import { type StoredRun, storedRun } from "./stored-run";
import styles from "./training.css?inline";
import { trainingData } from "./training-data";
import { listenToDrops, Opening, readModelFile, saveModel } from "./training-files";
import { TrainingPicture } from "./training-picture";
import { storyOf, summaryOf } from "./training-sentences";
import { differenceOf, isSameRun, optionsOf, stateOf, type TrainingState, trainingSettings } from "./training-state";
import { type HiddenReason, inView, near, watchVisibility } from "./watch-visibility";
import { WatchedRun } from "./watched-run";

const sheet = sheetOf(timeChart, styles);
const keepEvery = 10_000;

export class HeedTraining extends FigureElement<TrainingState, Moment> {
  static readonly observedAttributes = attributesOf(trainingSettings);

  private readonly picture: TrainingPicture;
  private run: WatchedRun | null = null;
  private moment: Moment | null = null;
  private earlier: { readonly state: TrainingState; readonly history: RunHistory } | null = null;
  private refused: { readonly state: TrainingState; readonly error: unknown } | null = null;
  /** The step that is looked at, locked or pointed at; null is the newest. */
  private at: number | null = null;
  private pointed: number | null = null;
  private head: HeadPlace | null = null;
  private pointedHead: HeadPlace | null = null;
  private readonly off = new Map<string, HeadPlace>();
  private playNext = false;
  /** The reader began a run, or chose settings for one: from then on there is no example run. */
  private isBegun = false;
  private away: HiddenReason = null;
  private waited = false;
  private keeping: ReturnType<typeof setInterval> | undefined;
  private readonly opening = new Opening();
  private readonly ablationScores = new AblationScores();
  private unwatch = () => {};

  constructor() {
    super({
      settings: trainingSettings,
      label: "Heads that learn",
      hint: "The weights are random: nothing has been learnt yet. Press play and watch the heads.",
      readingHint: "Point at a cell to read it, click to keep it.",
      sheet,
    });
    this.picture = new TrainingPicture(this.readout, {
      toggle: () => (this.run?.wanted && !this.run.isExample ? this.pause() : this.play()),
      step: () => (this.run?.isExample ? this.toggleExample(this.run) : void this.takeStep()),
      reset: () => this.reset(),
      compare: () => this.compare(),
      scrub: (step) => this.lookAt(step),
      point: (step) => {
        this.pointed = step;
        this.refresh();
      },
      choose: (head) => {
        this.head = head;
        this.redrawMoment();
      },
      pointHead: (head) => {
        this.pointedHead = head;
        this.redrawMoment();
      },
      toggleHead: (head) => this.toggleHead(head),
      other: () => this.redrawMoment(),
      resume: (kept) => void this.resume(kept),
      forget: () => void storedRun.remove(),
      open: (file) => void this.open(file, file.name),
      save: () => void this.save(),
    });
    this.controls.tools.append(...this.picture.tools);
    this.controls.own.append(...this.picture.own);
    this.drawing.before(this.picture.kept);
    this.drawing.append(this.picture.element);
    listenToDrops(this.drawing, (file) => void this.open(file, file.name));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.showsExample) this.away = "far";
    this.watch();
    this.keeping = setInterval(() => this.run?.isPlaying && void this.keep(this.run), keepEvery);
    if (!this.run) void storedRun.read().then((kept) => this.picture.offer(kept));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unwatch();
    this.opening.abort();
    clearInterval(this.keeping);
    this.ablationScores.stop();
    this.discardRun();
  }

  play(): void {
    if (!this.run?.info.canTrain || this.refused) return;
    this.at = this.pointed = null;
    this.waited = false;
    if (this.run.isExample) {
      this.begin();
      this.playNext = true;
    } else this.run.play();
    this.explain("");
    this.refresh();
  }

  pause(): void {
    this.playNext = false;
    if (!this.run) return;
    this.run.pause();
    void this.keep(this.run);
    this.refresh();
  }

  /** Reads a model or a checkpoint, as `save` and the command-line trainer write them. */
  open(blob: Blob, name: string): Promise<void> {
    return this.opening.open(
      () => readModelFile(blob),
      (session) => {
        const { info } = session;
        this.earlier = this.ghost(this.state);
        this.adopt(new WatchedRun(session, stateOf(info.options, this.state), this.follow, undefined, name));
        const end = info.canTrain ? "" : " It holds the network alone: it can be shown, but not trained further.";
        this.inform(`${name}: ${info.options.task}, trained for ${info.step} steps.${end}`);
      },
      (error) => {
        this.explain(`${name} cannot be opened: ${messageOf(error)}`);
        this.emit("heed-error", { error });
      },
    );
  }

  protected override async compute(state: TrainingState, signal: AbortSignal): Promise<Moment> {
    const run = await this.runFor(state, signal);
    const example = await run.example(state.example);
    const step = this.lookedAt(run);
    const off = [...this.off.values()];
    const inspection = await run.inspect({ tokens: example.tokens, off, ...(step === null ? {} : { step }) });
    const checkpoint = checkpointAt(run.session.checkpoints, step);
    const ablated =
      off.length > 0 && checkpoint
        ? { step: checkpoint.step, evaluation: await run.evaluateWithout(checkpoint.step, off) }
        : null;
    const formations = await run.formations();
    return { run, example, inspection, evaluation: checkpoint?.evaluation, ablated, formations };
  }

  protected override draw(moment: Moment): void {
    this.moment = moment;
    const { run } = moment;
    const step = checkpointAt(run.session.checkpoints, this.lookedAt(run))?.step;
    const { formations } = moment;
    // The reader has not chosen: show the head that something has come of.
    const chosen = this.head ?? formations.induction ?? { layer: run.info.layers - 1, head: 0 };
    const name = this.earlier && differenceOf(this.earlier.state, run.state);
    this.picture.show(
      {
        ...moment,
        chosen: this.pointedHead ?? chosen,
        off: this.off,
        at: this.lookedAt(run),
        before: this.earlier && name !== null ? { name, history: this.earlier.history } : null,
        without: this.ablationScores.known(run, step ?? moment.inspection.step),
        layers: this.state.layers,
      },
      this.colors,
    );
    this.ablationScores.askLater(
      run,
      step,
      () => run === this.run,
      () => this.redrawMoment(),
    );
  }

  protected override provenance(state: TrainingState): string {
    const step = this.run?.step ?? 0;
    return step === 0
      ? `random weights, seed ${state.seed}`
      : `trained in this page: ${step} steps, seed ${state.seed}`;
  }

  protected override hint(): string {
    if (this.showsExample) return "An example run. Press play to train your own.";
    const situation = this.situation();
    if (!situation) return super.hint();
    const waited = this.waited ? "Training waited while this tab was hidden. " : "";
    return `${waited}${storyOf(situation)}`;
  }

  /** Of a reader's model the settings are known from its file. */
  override get hasOwnData(): boolean {
    return typeof this.run?.file === "string";
  }

  override get publicState(): Partial<TrainingState> | null {
    return this.hasOwnData ? null : super.publicState;
  }

  override data(): readonly FigureData[] {
    return this.moment ? trainingData(this.moment) : [];
  }

  private situation() {
    const { run } = this;
    if (!run) return null;
    const { checkpoints } = run.history;
    const newest = checkpoints.at(-1)?.evaluation;
    const formations = this.moment?.run === run ? this.moment.formations : null;
    return {
      info: run.info,
      step: run.step,
      loss: newest?.loss,
      accuracy: newest?.accuracy,
      induction: formations?.induction,
      previous: formations?.previousToken,
    };
  }

  /** The present run, or a new one where the settings mean another. */
  private async runFor(state: TrainingState, signal: AbortSignal): Promise<WatchedRun> {
    const { run } = this;
    const isSameRate = run?.state.rate === state.rate;
    const goesOn = run?.isExample ? this.showsExample && isSameRate : run?.isBegun || isSameRate;
    if (run && goesOn && isSameRun(run.state, state)) {
      this.refused = null;
      if (!isSameRate) await run.setRate(state);
      else run.state = state;
      if (this.playNext) run.play();
      this.playNext = false;
      return run;
    }
    if (this.refused?.state === state) throw this.refused.error;
    if (run?.isBegun) await this.keep(run);
    // Who changes a setting while training plays wants to see the other network train.
    const isWanted = () => !run?.isExample && (run?.wanted ?? false);
    const session = await TrainingSession.start(optionsOf(state), { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      this.playNext ||= isWanted();
      run?.pause();
      this.refused = { state, error };
      throw error;
    });
    if (signal.aborted) {
      session.close();
      signal.throwIfAborted();
    }
    this.earlier = this.ghost(state);
    const begun = new WatchedRun(session, state, this.follow);
    begun.isExample = this.showsExample;
    this.playNext ||= begun.isExample || isWanted();
    this.take(begun);
    return begun;
  }

  private take(run: WatchedRun): void {
    const { run: old } = this;
    this.run = run;
    this.refused = null;
    this.at = this.pointed = this.head = this.pointedHead = null;
    this.off.clear();
    if (old?.isBegun && !old.isExample) void storedRun.read().then((kept) => this.picture.offer(kept));
    old?.close();
    run.setHidden(this.away);
    if (this.playNext) run.play();
    this.playNext = false;
  }

  /** A run that comes with its own settings. */
  private adopt(run: WatchedRun): void {
    this.take(run);
    this.change(run.state, true);
    // Its settings may be those that are shown already.
    this.refresh();
  }

  /**
   * What a run of `next` is compared with: the present one, or what that was where it has not begun. The run that a reader begins with
   * the settings of the example run is not compared with it: they are the same.
   */
  private ghost(next: TrainingState) {
    const { run } = this;
    if (!run?.isBegun) return this.earlier;
    const isRepeated = run.isExample && differenceOf(run.state, next) === "before";
    return isRepeated ? null : { state: run.state, history: run.history };
  }

  private get showsExample(): boolean {
    return !this.isBegun && this.hasAttribute("plays");
  }

  /** Ends the example run: what follows is the reader's. */
  private begin(): void {
    this.isBegun = true;
    this.watch();
  }

  private toggleExample(run: WatchedRun): void {
    if (run.wanted) run.pause();
    else if (run.step < run.info.options.steps) run.play();
    else this.discardRun();
    this.refresh();
  }

  /** A run of the reader's goes on a screen's height away, where its charts are soon seen again; an example only in view. */
  private watch(): void {
    this.unwatch();
    this.unwatch = watchVisibility(this, this.showsExample ? inView : near, (away) => this.setHidden(away));
  }

  protected override change(change: Partial<TrainingState>, settled: boolean): void {
    // The example run can be looked at on another sequence; any other setting is that of a run that the reader wants.
    if (this.showsExample && Object.keys(change).join() !== "example") this.begin();
    super.change(change, settled);
  }

  private readonly follow = (event: TrainingEvent): void => {
    const { run } = this;
    if (!run) return;
    if (run.isExample) {
      // Where motion is not wanted, it is drawn once it is complete.
      if (!run.wanted || !reducedMotion()) this.refresh();
      return;
    }
    if (event.event === "diverged")
      this.explain(`${event.message} Lower the learning rate and press play to go on from step ${event.step}.`);
    if (event.event === "failed") this.explain(event.message);
    if (event.event === "finished") void this.keep(run);
    const situation = this.situation();
    if (situation && event.event !== "failed") this.picture.summarise(summaryOf(situation), event.event !== "progress");
    this.refresh();
  };

  private async takeStep(): Promise<void> {
    this.at = null;
    await this.run?.takeStep().catch((error: unknown) => this.explain(String(error)));
    this.refresh();
  }

  private reset(): void {
    const { run } = this;
    if (!run) return;
    if (run.isExample) this.begin();
    else {
      void storedRun.remove();
      this.picture.offer(null);
    }
    this.earlier = null;
    this.discardRun();
    this.explain("");
    this.refresh();
  }

  private discardRun(): void {
    this.run?.close();
    this.run = null;
  }

  /** The same with one layer where it has several, else with two, begun at once. */
  private compare(): void {
    this.playNext = true;
    this.change({ layers: this.state.layers === 1 ? 2 : 1 }, true);
  }

  private lookedAt(run: WatchedRun): number | null {
    const step = this.pointed ?? this.at;
    return step === null ? null : (checkpointAt(run.session.checkpoints, step)?.step ?? null);
  }

  private lookAt(step: number | null): void {
    this.at = step === this.at ? null : step;
    this.refresh();
  }

  private toggleHead(head: HeadPlace): void {
    const name = headName(head);
    if (!this.off.delete(name)) this.off.set(name, head);
    this.refresh();
  }

  private redrawMoment(): void {
    if (this.moment) this.draw(this.moment);
  }

  private setHidden(away: HiddenReason): void {
    const { run } = this;
    this.away = away;
    if (!run) return;
    if (away === "hidden" && run.wanted && !run.isExample) {
      this.waited = true;
      void this.keep(run);
    }
    run.setHidden(away);
    this.refresh();
  }

  private async keep(run: WatchedRun): Promise<void> {
    if (run.isExample || !run.isBegun || !run.info.canTrain) return;
    await run.settled;
    const bytes = await run.session.checkpoint().catch(() => null);
    const { state, history, step } = run;
    if (bytes && (await storedRun.write({ state, history, step, time: Date.now(), bytes })) && run === this.run)
      this.picture.offer(null);
  }

  private resume({ bytes, state, history }: StoredRun): Promise<void> {
    return this.opening.open(
      async () => bytes,
      (session) => {
        this.earlier = null;
        this.adopt(new WatchedRun(session, state, this.follow, history));
      },
      (error) => {
        this.explain(`The kept run cannot be resumed: ${messageOf(error)}`);
        void storedRun.remove();
      },
    );
  }

  private async save(): Promise<void> {
    const { run } = this;
    if (run) this.inform(await saveModel(run, this.lookedAt(run)));
  }
}
