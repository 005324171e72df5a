import { EngineError, Superseded } from "../errors";
import type { WeightsViewRequest } from "../maps/weights-view";
import { listenToWorker, type PoolWorker } from "../workers/liveness";
import { startTrainingWorker } from "./start-training-worker";
import type { TrainedHeadsRequest, TrainedShiftRequest } from "./trained-heads";
import type {
  Checkpoint,
  EvaluateRequest,
  InspectionRequest,
  ModelInfo,
  Progress,
  RisesRequest,
  TrainingAnswer,
  TrainingEvent,
  TrainingMessage,
  TrainingOptions,
  TrainingTaskName,
  TrainingTasks,
} from "./training-protocol";

export type * from "./training-protocol";

export interface BeginOptions {
  /** Ends the worker before the network is there; then it ends with the session. */
  readonly signal?: AbortSignal;
  readonly makeWorker?: () => PoolWorker;
}

interface Waiting {
  resolve: (result: never) => void;
  reject: (reason: unknown) => void;
}

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
  #link: Link;
  #inspections = 0;

  private constructor(info: ModelInfo, link: Link, early: TrainingEvent[]) {
    this.info = info;
    this.#step = info.step;
    this.#link = link;
    for (const event of early) this.#receive(event);
    link.onEvent = (event) => this.#receive(event);
  }

  /** A network with random weights, not yet playing. Rejects with EngineError where the options cannot be, or the signal's reason. */
  static start(options: TrainingOptions = {}, how: BeginOptions = {}): Promise<TrainingSession> {
    return TrainingSession.#begin(how, (link) => link.ask("start", { options }));
  }

  /**
   * A network from a file that `save` or `checkpoint` or the command-line trainer wrote: a checkpoint goes on to the same end
   * as if nothing had interrupted it; a model can be looked at. Rejects with EngineError that says what is wrong with a file.
   */
  static open(bytes: Uint8Array, how: BeginOptions = {}): Promise<TrainingSession> {
    return TrainingSession.#begin(how, (link) => link.ask("open", { bytes }));
  }

  static async #begin(
    { signal, makeWorker = startTrainingWorker }: BeginOptions,
    ask: (link: Link) => Promise<ModelInfo>,
  ) {
    signal?.throwIfAborted();
    const early: TrainingEvent[] = [];
    const link = new Link(makeWorker(), (event) => early.push(event));
    const stop = () => link.close();
    signal?.addEventListener("abort", stop);
    try {
      return new TrainingSession(await ask(link), link, early);
    } catch (error) {
      link.close();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
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
      await this.#link.ask("play", undefined);
    } catch (error) {
      this.#isPlaying = false;
      throw error;
    }
  }

  async pause(): Promise<void> {
    this.#isPlaying = false;
    await this.#link.ask("pause", undefined);
  }

  /** Takes one step. */
  takeStep() {
    return this.#link.ask("step", undefined);
  }

  /** Sequences of the task that are not trained on, the same for the same seed. */
  examples(seed: number, count: number) {
    return this.#link.ask("examples", { seed, count });
  }

  /**
   * What the network, now or at a checkpoint, does with a sequence. A newer call takes the place of one that waits, which then
   * rejects with Superseded, so that a reader who drags piles up no work.
   */
  async inspect(request: InspectionRequest) {
    const mine = ++this.#inspections;
    const before = this.#link.answerTo("look");
    if (before) {
      await before;
      if (mine !== this.#inspections) throw new Superseded("a newer request came");
    }
    return this.#link.ask("look", request);
  }

  /** Loss, accuracy and head scores on the held-out sequences with some heads switched off. */
  evaluate(request: EvaluateRequest = {}) {
    return this.#link.ask("evaluate", request);
  }

  /** What each head of the network, as it is now, looks at in a sequence, and how unlike they are. */
  heads(request: TrainedHeadsRequest) {
    return this.#link.ask("heads", request);
  }

  /** How far the predictions of the network, as it is now, move without some of its heads. */
  shift(request: TrainedShiftRequest) {
    return this.#link.ask("shift", request);
  }

  /** When each head's score rose. */
  rises(request: RisesRequest) {
    return this.#link.ask("rises", request);
  }

  /** The weights of a map, looked at in another way. */
  view(request: WeightsViewRequest) {
    return this.#link.ask("view", request);
  }

  /** The highest learning rate from now on; what it falls to keeps its ratio. For going on after training ran away. */
  setLearningRate(learningRate: number) {
    return this.#link.ask("setLearningRate", { learningRate });
  }

  /** The network, now or at a checkpoint, as a safetensors file whose metadata are the options. */
  save(step?: number) {
    return this.#link.ask("save", step === undefined ? {} : { step });
  }

  /** The network and the optimiser's state, from which `open` goes on exactly. */
  checkpoint() {
    return this.#link.ask("checkpoint", undefined);
  }

  /** Ends the worker; what is under way is rejected with Superseded. */
  close(): void {
    this.#isPlaying = false;
    this.#listeners.clear();
    this.#link.close();
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

/** Questions and answers, and what comes unasked. */
class Link {
  #waiting = new Map<number, Waiting & { name: TrainingTaskName; answered: Promise<unknown> }>();
  #lastId = 0;
  #failed: EngineError | undefined;

  constructor(
    private readonly worker: PoolWorker,
    public onEvent: (event: TrainingEvent) => void,
  ) {
    listenToWorker<TrainingAnswer | TrainingEvent>(worker, {
      answer: (data) => ("event" in data ? this.onEvent(data) : this.#answer(data)),
      fail: (why) => this.#fail(`The worker that trains ${why ? `stopped: ${why}` : "could not be loaded"}.`),
    });
  }

  ask<Name extends TrainingTaskName>(name: Name, request: TrainingTasks[Name]["request"]) {
    const { promise, resolve, reject } = withResolvers<TrainingTasks[Name]["result"]>();
    const id = ++this.#lastId;
    if (this.#failed) reject(this.#failed);
    else {
      const answered = promise.catch(() => {});
      this.#waiting.set(id, { name, answered, resolve, reject });
      this.worker.postMessage({ id, name, request } as TrainingMessage);
    }
    return promise;
  }

  /** When the question of this name that waits has its answer, if there is one. */
  answerTo(name: TrainingTaskName): Promise<unknown> | undefined {
    return [...this.#waiting.values()].find((waiting) => waiting.name === name)?.answered;
  }

  close() {
    this.worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Superseded("the session was closed"));
    this.#waiting.clear();
    this.#failed ??= new EngineError("input", "the session was closed");
  }

  #answer(answer: TrainingAnswer) {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(new EngineError(answer.error.kind, answer.error.message));
    else waiting?.resolve(answer.result as never);
  }

  #fail(message: string) {
    this.#failed = new EngineError("load", message);
    for (const { reject } of this.#waiting.values()) reject(this.#failed);
    this.#waiting.clear();
    this.worker.terminate();
    this.onEvent({ event: "failed", message });
  }
}

function withResolvers<Result>() {
  let resolve!: (result: Result) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Result>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
