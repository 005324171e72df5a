import type { HeadSet } from "../maps/head-set";
import type { HeadMap } from "../maps/notebook-maps";
import type { WeightsView, WeightsViewRequest } from "../maps/weights-view";
import type { AnswerMessage, RequestMessage } from "../requests";
import type { TrainedHeadsRequest, TrainedShiftRequest } from "./trained-heads";

/**
 * What a run is made of. Everything has a default, that of the smallest network in which induction heads form. What is out of
 * range or does not fit together is refused by the core, which names the values.
 */
export interface TrainingOptions {
  task?: "induction" | "copy" | "reverse" | "sort" | "brackets" | "addition" | "stories";
  /** Tokens that the task is written in; stories have their own. */
  vocabulary?: number;
  /** Tokens of a sequence; addition's are always 3. */
  length?: number;
  /** Of induction: how many tokens come before the sequence repeats itself, drawn anew for each. */
  leastPeriod?: number;
  mostPeriod?: number;
  layers?: number;
  heads?: number;
  /** 0: as many as heads. */
  kvHeads?: number;
  /** d_model. */
  width?: number;
  /** `none`: attention only. */
  feedForward?: "none" | "gelu" | "swiglu";
  /** Width of the feed-forward part; 0: 4 × width. */
  feedForwardWidth?: number;
  positions?: "none" | "learned" | "sinusoidal" | "rotary";
  rotaryBase?: number;
  norm?: "layer" | "rms";
  normEpsilon?: number;
  causal?: boolean;
  /** Whether logits are divided by √d_k. */
  scaled?: boolean;
  bias?: boolean;
  /** Whether the output map is the embedding, transposed. */
  tied?: boolean;
  batch?: number;
  /** After which the learning rate stays at its last; training may go on. */
  steps?: number;
  warmUp?: number;
  learningRate?: number;
  /** A tenth of `learningRate` where it is not given. */
  finalLearningRate?: number;
  /** Of AdamW. */
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
  /** Gradients are clipped to this norm. */
  largestGradient?: number;
  seed?: number;
}

/** What a model is, whether being trained or read from a file. */
export interface ModelInfo {
  /** All options, defaults filled in; a model from elsewhere has those that its file says. */
  options: Required<TrainingOptions>;
  /** What each token is written as. */
  vocabulary: string[];
  /** The least loss that any predictor can have on the task, in nats per scored token; guessing has ln(vocabulary). */
  floor: number;
  guessing: number;
  /** The best accuracy that any predictor can have. */
  ceiling: number;
  /** How many numbers are trained. */
  parameters: number;
  layers: number;
  heads: number;
  /** Steps that it has been trained for. */
  step: number;
  /** Whether training can go on: a file may hold the network alone, without the optimiser's state. */
  canTrain: boolean;
  /** Whatever the file says about where the model comes from, by name. */
  metadata: Record<string, string>;
}

/** One step of training. */
export interface StepReport {
  /** How many have been taken. */
  step: number;
  /** Of the step's batch, in nats per scored token. */
  loss: number;
  accuracy: number;
  /** Before clipping. */
  gradientNorm: number;
  learningRate: number;
}

export interface Progress extends StepReport {
  /** Of the time spent playing since the last report. */
  stepsPerSecond: number;
}

/** What a head looks at on the held-out sequences: shares of attention but for the distance. */
export interface HeadScores {
  /** To the token before. */
  previousToken: number;
  /** To the tokens that followed earlier occurrences of the query's token. */
  induction: number;
  /** To the first token, a sink. */
  firstToken: number;
  self: number;
  /** Σ A_ij |i − j|, in tokens. */
  meanDistance: number;
  /** Within two tokens to either side. */
  local: number;
  /** H / ln(visible tokens): 0 focused, 1 spread evenly. */
  entropy: number;
  /** What it mostly looks at, by the rule of the core (cpp/heed/attention/metrics/head_label.h). */
  label: HeadLabel;
}

export type HeadLabel =
  | "other"
  | "previous token"
  | "first token"
  | "self"
  | "duplicate token"
  | "induction"
  | "local"
  | "broad";

/** Scores over the checkpoints of a run. */
export interface RisesRequest {
  steps: number[];
  /** For each head, a score for each step. */
  scores: number[][];
}

/** When a score rose from little to more than half of all attention. */
export interface Rise {
  /** Of the first checkpoint at which it is past the middle of its rise. */
  step: number;
  /** Where the rise began and was done, to a tenth of it, and the scores there. */
  begin: number;
  end: number;
  from: number;
  to: number;
}

/** On sequences that are not trained on: 64 of the task, the same for every model of that task. */
export interface Evaluation {
  loss: number;
  accuracy: number;
  /** [layer][head]. */
  heads: HeadScores[][];
}

/** A moment of training that can be gone back to. */
export interface Checkpoint {
  step: number;
  evaluation: Evaluation;
}

/** A sequence of the task; target −1 is not scored. */
export interface Example {
  tokens: number[];
  targets: number[];
}

export interface HeadPlace {
  layer: number;
  head: number;
}

/** Which state of the network, which heads count as 0, and what it reads. */
export interface InspectionRequest {
  /** The step of a checkpoint; without it, the network as it is now. */
  step?: number;
  /** Token numbers, at most as many as the context. */
  tokens: number[];
  /** Heads that are switched off. */
  off?: HeadPlace[];
  /** Positions that no token attends to. */
  hidden?: number[];
}

/** What the network does with one sequence. */
export interface Inspection {
  step: number;
  tokens: number[];
  /** [layer][head]. */
  maps: HeadMap[][];
  /** p(next token | tokens so far), (tokens × vocabulary), row-major. */
  probabilities: Float32Array;
  /** The likeliest next token at each place. */
  predictions: number[];
}

export interface EvaluateRequest {
  step?: number;
  off?: HeadPlace[];
}

/** What is asked of the worker of a session, and what it answers. */
export interface TrainingTasks {
  start: { request: { options: TrainingOptions }; result: ModelInfo };
  open: { request: { bytes: Uint8Array }; result: ModelInfo };
  play: { request: undefined; result: undefined };
  pause: { request: undefined; result: undefined };
  step: { request: undefined; result: StepReport };
  examples: { request: { seed: number; count: number }; result: Example[] };
  look: { request: InspectionRequest; result: Inspection };
  evaluate: { request: EvaluateRequest; result: Evaluation };
  heads: { request: TrainedHeadsRequest; result: HeadSet };
  shift: { request: TrainedShiftRequest; result: number };
  /** For each head, null where its score did not rise. */
  rises: { request: RisesRequest; result: (Rise | null)[] };
  view: { request: WeightsViewRequest; result: WeightsView };
  setLearningRate: { request: { learningRate: number }; result: undefined };
  save: { request: { step?: number }; result: Uint8Array };
  checkpoint: { request: undefined; result: Uint8Array };
}

export type TrainingMessage = RequestMessage<TrainingTasks>;
export type TrainingAnswer = AnswerMessage<TrainingTasks>;

/** What a session tells of its own accord. */
export type TrainingEvent =
  /** About ten times a second while playing, and after each step that was asked for. */
  | { event: "progress"; progress: Progress }
  /** A checkpoint was kept. */
  | { event: "checkpoint"; checkpoint: Checkpoint }
  /** There were too many checkpoints: those of these steps are left. */
  | { event: "thinned"; steps: number[] }
  /** The options' number of steps was reached: playing has stopped, and may be begun again. */
  | { event: "finished"; step: number }
  /** The loss ran away: playing has stopped, and the network is back where it was last good, at `step`. */
  | { event: "diverged"; message: string; step: number }
  /** Training cannot go on: its worker died, or there is not enough memory. */
  | { event: "failed"; message: string };
