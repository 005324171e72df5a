import { failureOf } from "../failure";
import type { Lab, Model, Trainer } from "../lab";
import { type WeightsViewRequest, weightsView } from "../maps/weights-view";
import { type TrainedHeadsRequest, type TrainedShiftRequest, trainedHeads, trainedShift } from "./trained-heads";
import type {
  Checkpoint,
  EvaluateRequest,
  Inspection,
  InspectionRequest,
  ModelInfo,
  RisesRequest,
  StepReport,
  TrainingEvent,
  TrainingMessage,
} from "./training-protocol";

/**
 * Steps between evaluations at first, few enough to see an induction head form, which takes some 50; twice as many each time
 * that checkpoints are thinned.
 */
const firstSpacing = 10;
const mostCheckpoints = 200;
const mostBytes = 64e6;
/** Milliseconds. A slice is what a message waits for at most, unless one step takes longer. */
const sliceTime = 16;
const timeBetweenReports = 100;

/** A checkpoint with what the network was. */
interface Kept extends Checkpoint {
  parameters: Float32Array;
}

/**
 * The run of one session, in its worker: trains in slices, `nextTurn` between them so that messages get through, and keeps
 * checkpoints. What is looked at is a network apart, so that it may be one of any step and lack heads.
 */
export class TrainingRun {
  #viewer: Model;
  readonly #steps: number;
  readonly #mostKept: number;
  #kept: Kept[] = [];
  #spacing = firstSpacing;
  #shown = -1;
  #turn = 0;
  #last: StepReport | undefined;
  #reported = { time: 0, step: 0 };

  /** Without a trainer, a model that can only be looked at. */
  private constructor(
    private readonly lab: Lab,
    viewer: Model,
    private readonly trainer: Trainer | undefined,
    private readonly tell: (event: TrainingEvent) => void,
    private readonly nextTurn: () => Promise<void>,
  ) {
    this.#viewer = viewer;
    this.#steps = Number(viewer.info.options.steps);
    this.#mostKept = Math.max(2, Math.min(mostCheckpoints, Math.floor(mostBytes / (4 * viewer.info.parameters))));
    if (trainer) this.#keep(trainer);
  }

  /** What the first message of a session asks for: a network with random weights, or one from a file. */
  static begin(
    lab: Lab,
    message: TrainingMessage,
    tell: (event: TrainingEvent) => void,
    nextTurn: () => Promise<void>,
  ) {
    if (message.name === "start") {
      const trainer = made(lab.trainer(message.request.options));
      return new TrainingRun(lab, made(trainer.model()), trainer, tell, nextTurn);
    }
    if (message.name === "open") {
      const { bytes } = message.request;
      const model = made(lab.openModel(bytes));
      return new TrainingRun(
        lab,
        model,
        model.info.canTrain ? made(lab.resumedTrainer(bytes)) : undefined,
        tell,
        nextTurn,
      );
    }
    throw new Error("nothing has been started or opened");
  }

  get info(): ModelInfo {
    return this.#viewer.info as unknown as ModelInfo;
  }

  /** Begins to train and returns. */
  play() {
    const trainer = this.#trainer();
    const turn = ++this.#turn;
    this.#reported = { time: performance.now(), step: trainer.stepsTaken };
    void this.#train(trainer, turn, trainer.stepsTaken < this.#steps ? this.#steps : Number.POSITIVE_INFINITY);
  }

  pause() {
    this.#turn++;
    if (this.#last && this.#last.step !== this.#reported.step) this.#report(this.#last);
  }

  step(): StepReport {
    this.pause();
    const trainer = this.#trainer();
    try {
      this.#reported = { time: performance.now(), step: trainer.stepsTaken };
      const report = this.#takeStep(trainer);
      this.#report(report);
      return report;
    } catch (error) {
      this.#stop(error, trainer);
      throw error;
    }
  }

  examples(seed: number, count: number) {
    return this.#viewer.examples(seed, count);
  }

  inspect({ step, tokens, off = [], hidden = [] }: InspectionRequest): Inspection {
    const shown = this.#show(step);
    return { step: shown, tokens, ...this.#viewer.runHiding(tokens, off, hidden) };
  }

  evaluate({ step, off = [] }: EvaluateRequest) {
    this.#show(step);
    return this.#viewer.evaluate(off);
  }

  heads(request: TrainedHeadsRequest) {
    this.#show();
    return trainedHeads(this.lab, this.#viewer, request);
  }

  shift(request: TrainedShiftRequest) {
    this.#show();
    return trainedShift(this.lab, this.#viewer, request);
  }

  rises({ steps, scores }: RisesRequest) {
    return scores.map((each) => this.lab.riseOf(steps, each));
  }

  view(request: WeightsViewRequest) {
    return weightsView(this.lab, request);
  }

  setLearningRate(learningRate: number) {
    const trainer = this.#trainer();
    trainer.setLearningRate(learningRate);
    this.#viewer.delete();
    this.#viewer = made(trainer.model()); // with the new options
    this.#shown = trainer.stepsTaken;
  }

  save(step?: number): Uint8Array {
    this.#show(step);
    return this.#viewer.file();
  }

  checkpoint(): Uint8Array {
    return this.#trainer().checkpoint();
  }

  #trainer(): Trainer {
    if (!this.trainer)
      throw new Error("this file holds a network without the optimiser's state; training cannot go on from it");
    return this.trainer;
  }

  /** Until `last` steps are taken, or `pause` or `play` comes. */
  async #train(trainer: Trainer, turn: number, last: number) {
    try {
      while (turn === this.#turn) {
        const end = performance.now() + sliceTime;
        let report: StepReport;
        do {
          report = this.#takeStep(trainer);
        } while (report.step < last && performance.now() < end);
        if (report.step >= last) {
          this.pause();
          this.tell({ event: "finished", step: last });
          return;
        }
        if (performance.now() - this.#reported.time >= timeBetweenReports) this.#report(report);
        await this.nextTurn();
      }
    } catch (error) {
      this.#stop(error, trainer);
    }
  }

  /** After `error` stopped the training. */
  #stop(error: unknown, trainer: Trainer) {
    this.#turn++;
    this.#last = undefined;
    const { message } = failureOf(error);
    if (!(error instanceof Error && error.name === "TrainingDiverged")) return this.tell({ event: "failed", message });
    // The trainer went back to where it was good; what came after that will not have been.
    const step = trainer.stepsTaken;
    this.#shown = -1;
    this.#keepOnly(this.#kept.filter((kept) => kept.step <= step));
    this.tell({ event: "diverged", message, step });
  }

  #report(report: StepReport) {
    const { time, step } = this.#reported;
    const now = performance.now();
    this.#reported = { time: now, step: report.step };
    const stepsPerSecond = (1000 * (report.step - step)) / (now - time);
    this.tell({ event: "progress", progress: { ...report, stepsPerSecond } });
  }

  #takeStep(trainer: Trainer): StepReport {
    const report = trainer.step();
    this.#last = report;
    if (report.step % this.#spacing === 0 || report.step === this.#steps) this.#keep(trainer);
    return report;
  }

  /** Evaluates the network as it is and remembers it. */
  #keep(trainer: Trainer) {
    const checkpoint: Checkpoint = { step: trainer.stepsTaken, evaluation: trainer.evaluate() };
    this.#kept.push({ ...checkpoint, parameters: trainer.parameters() });
    this.tell({ event: "checkpoint", checkpoint });
    if (this.#kept.length <= this.#mostKept) return;
    this.#spacing *= 2;
    this.#keepOnly(this.#kept.filter((kept, i) => i === 0 || kept.step % this.#spacing === 0));
  }

  #keepOnly(kept: Kept[]) {
    this.#kept = kept;
    this.tell({ event: "thinned", steps: kept.map(({ step }) => step) });
  }

  /** Puts the viewer to a checkpoint, or to the network as it is; returns its step. */
  #show(step?: number): number {
    if (!this.trainer) return this.info.step;
    const now = this.trainer.stepsTaken;
    const kept = step === undefined ? undefined : this.#kept.find((one) => one.step === step);
    if (step !== undefined && !kept && step !== now) throw new Error(`no checkpoint of step ${step} is kept`);
    const wanted = kept?.step ?? now;
    if (wanted !== this.#shown) this.#viewer.setParameters(kept?.parameters ?? this.trainer.parameters(), wanted);
    this.#shown = wanted;
    return wanted;
  }
}

/** The binding's types allow a null that its functions never return: they throw. */
function made<Made>(object: Made | null): Made {
  if (!object) throw new Error("the core made nothing");
  return object;
}
