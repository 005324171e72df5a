import { Superseded } from "../errors";
import type { WeightsViewRequest } from "../maps/weights-view";
import type { PoolWorker } from "../workers/liveness";
import { WorkerRequests } from "../workers/worker-requests";
import { startTrainingWorker } from "./start-training-worker";
import type { TrainedHeadsRequest, TrainedShiftRequest } from "./trained-heads";
import type {
  Checkpoint,
  EvaluateRequest,
  InspectionRequest,
  ModelInfo,
  Progress,
  RisesRequest,
  TrainingEvent,
  TrainingOptions,
  TrainingTasks,
} from "./training-protocol";

export type * from "./training-protocol";

export interface BeginOptions {
  /** Ends the worker before the network is there; then it ends with the session. */
  readonly signal?: AbortSignal;
  readonly makeWorker?: () => PoolWorker;
}

type Requests = WorkerRequests<TrainingTasks, TrainingEvent>;

/**
 * A network in training, in a worker of its own. Every 10 steps it is evaluated and kept, so that a reader can go back;
 * where there are too many checkpoints (200, or 64 MB), every other one goes and they come half as often. All promises reject
 * with EngineError, whose message is the core's. A new run is a new session; `close()` ends the worker of the old one.
 */
export class TrainingSession {
  /** Of the network as it was started or opened. */
  readonly info: ModelInfo;
  #checkpoints: Checkpoint[] = [];
  #latest: Progress | undefined;
  #step: number;
  #isPlaying = false;
  #listeners = new Set<(event: TrainingEvent) => void>();
  #requests: Requests;
  #inspections = 0;

  private constructor(info: ModelInfo, requests: Requests) {
    this.info = info;
    this.#step = info.step;
    this.#requests = requests;
  }

  /** A network with random weights, not yet playing. Rejects with EngineError where the options cannot be, or the signal's reason. */
  static start(options: TrainingOptions = {}, how: BeginOptions = {}): Promise<TrainingSession> {
    return TrainingSession.#begin(how, (requests) => requests.ask("start", { options }, how.signal));
  }

  /**
   * A network from a file that `save` or `checkpoint` or the command-line trainer wrote: a checkpoint goes on to the same end
   * as if nothing had interrupted it; a model can be looked at. Rejects with EngineError that says what is wrong with a file.
   */
  static open(bytes: Uint8Array, how: BeginOptions = {}): Promise<TrainingSession> {
    return TrainingSession.#begin(how, (requests) => requests.ask("open", { bytes }, how.signal));
  }

  static async #begin(
    { signal, makeWorker = startTrainingWorker }: BeginOptions,
    ask: (requests: Requests) => Promise<ModelInfo>,
  ) {
    signal?.throwIfAborted();
    const early: TrainingEvent[] = [];
    let receive = (event: TrainingEvent): void => {
      early.push(event);
    };
    const requests: Requests = new WorkerRequests(makeWorker(), {
      event: (event) => receive(event),
      explain: (why) => `The worker that trains ${why ? `stopped: ${why}` : "could not be loaded"}.`,
      failed: (message) => receive({ event: "failed", message }),
    });
    try {
      const session = new TrainingSession(await ask(requests), requests);
      receive = (event) => session.#receive(event);
      for (const event of early) receive(event);
      return session;
    } catch (error) {
      requests.close("the session could not be begun");
      throw error;
    }
  }

  /** Calls `listener` with everything that happens from now on; returns how to stop that. */
  listen(listener: (event: TrainingEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Those that are kept, the oldest first, beginning with the network as it was started; none of a model. */
  get checkpoints(): readonly Checkpoint[] {
    return this.#checkpoints;
  }

  /** The last report of training. */
  get latest(): Progress | undefined {
    return this.#latest;
  }

  /** How many steps have been taken. */
  get step(): number {
    return this.#step;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** Trains until `pause`, or until the options' steps are taken; played again, it goes on beyond them. */
  async play(): Promise<void> {
    this.#isPlaying = true;
    try {
      await this.#requests.ask("play", undefined);
    } catch (error) {
      this.#isPlaying = false;
      throw error;
    }
  }

  async pause(): Promise<void> {
    this.#isPlaying = false;
    await this.#requests.ask("pause", undefined);
  }

  /** Takes one step. */
  takeStep() {
    return this.#requests.ask("step", undefined);
  }

  /** Sequences of the task that are not trained on, the same for the same seed. */
  examples(seed: number, count: number) {
    return this.#requests.ask("examples", { seed, count });
  }

  /**
   * What the network, now or at a checkpoint, does with a sequence. A newer call takes the place of one that waits, which then
   * rejects with Superseded, so that a reader who drags piles up no work.
   */
  async inspect(request: InspectionRequest) {
    const mine = ++this.#inspections;
    const before = this.#requests.answerTo("look");
    if (before) {
      await before;
      if (mine !== this.#inspections) throw new Superseded("a newer request came");
    }
    return this.#requests.ask("look", request);
  }

  /** Loss, accuracy and head scores on the held-out sequences with some heads switched off. */
  evaluate(request: EvaluateRequest = {}) {
    return this.#requests.ask("evaluate", request);
  }

  /** What each head of the network, as it is now, looks at in a sequence, and how unlike they are. */
  heads(request: TrainedHeadsRequest) {
    return this.#requests.ask("heads", request);
  }

  /** How far the predictions of the network, as it is now, move without some of its heads. Rejects with the signal's reason. */
  shift(request: TrainedShiftRequest, signal?: AbortSignal) {
    return this.#requests.ask("shift", request, signal);
  }

  /** When each head's score rose. */
  rises(request: RisesRequest) {
    return this.#requests.ask("rises", request);
  }

  /** The weights of a map, looked at in another way. */
  view(request: WeightsViewRequest) {
    return this.#requests.ask("view", request);
  }

  /** The highest learning rate from now on; what it falls to keeps its ratio. For going on after training ran away. */
  setLearningRate(learningRate: number) {
    return this.#requests.ask("setLearningRate", { learningRate });
  }

  /** The network, now or at a checkpoint, as a safetensors file whose metadata are the options. */
  save(step?: number) {
    return this.#requests.ask("save", step === undefined ? {} : { step });
  }

  /** The network and the optimiser's state, from which `open` goes on exactly. */
  checkpoint() {
    return this.#requests.ask("checkpoint", undefined);
  }

  /** Ends the worker; what is under way is rejected with Superseded. */
  close(): void {
    this.#isPlaying = false;
    this.#listeners.clear();
    this.#requests.close("the session was closed");
  }

  #receive(event: TrainingEvent) {
    if (event.event === "progress") {
      this.#latest = event.progress;
      this.#step = event.progress.step;
    }
    if (event.event === "diverged") this.#step = event.step;
    if (event.event === "checkpoint") this.#checkpoints = [...this.#checkpoints, event.checkpoint];
    if (event.event === "thinned") {
      const left = new Set(event.steps);
      this.#checkpoints = this.#checkpoints.filter(({ step }) => left.has(step));
    }
    if (event.event === "finished" || event.event === "diverged" || event.event === "failed") this.#isPlaying = false;
    for (const listener of this.#listeners) listener(event);
  }
}
