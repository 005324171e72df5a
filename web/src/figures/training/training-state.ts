/** What a reader chooses of a run of training, and what it stands for in the core's terms. */
import type { TrainingOptions } from "../../compute/training/training-protocol";
import { choiceSetting, numberSetting, type Settings } from "../../model/settings";

export const tasks = ["induction", "copy", "reverse", "sort", "brackets", "addition", "stories"] as const;
export type TaskName = (typeof tasks)[number];

export interface TrainingState {
  readonly task: TaskName;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly feedforward: "none" | "gelu" | "swiglu";
  /** What logits are divided by. */
  readonly scale: "√d_k" | "1";
  readonly rate: number;
  readonly seed: number;
  /** Which of the held-out sequences is looked at. */
  readonly example: number;
}

/** 0.0001, 0.0002, 0.0003, 0.0005, 0.001, … */
const rising = [-4, -3, -2, -1, 0].flatMap((power) => [1, 2, 3, 5].map((digit) => Number(`${digit}e${power}`)));
const falling = [...rising].reverse();

const byRate = (value: number, direction: 1 | -1) =>
  (direction > 0 ? rising.find((rate) => rate > value) : falling.find((rate) => rate < value)) ?? value;

export const trainingSettings: Settings<TrainingState> = {
  task: choiceSetting("task", tasks),
  layers: numberSetting("layers", { default: 2, min: 1, max: 4 }),
  heads: numberSetting("heads", { default: 4, min: 1, max: 8 }),
  width: numberSetting("width", { default: 64, min: 8, max: 256, step: (width, direction) => width + 8 * direction }),
  feedforward: choiceSetting("feedforward", ["none", "gelu", "swiglu"], { label: "feed-forward" }),
  scale: choiceSetting("scale", ["√d_k", "1"], { label: "divide by" }),
  rate: numberSetting("rate", {
    default: 0.003,
    min: 1e-5,
    max: 10,
    whole: false,
    label: "learning rate",
    step: byRate,
  }),
  seed: numberSetting("seed", { default: 1, min: 0, max: 4294967295 }),
  example: numberSetting("example", { default: 1, min: 1, max: 999 }),
};

/** What each task is written in, and for how many steps it is worth training at first. */
const ofTask: Readonly<Record<TaskName, TrainingOptions>> = {
  induction: { steps: 400 },
  copy: { steps: 400 },
  reverse: { steps: 1500 },
  sort: { steps: 1500 },
  brackets: { vocabulary: 8, length: 31, steps: 1500 },
  addition: { steps: 1500 },
  stories: { steps: 600 },
};

export const optionsOf = ({
  task,
  layers,
  heads,
  width,
  feedforward,
  scale,
  rate,
  seed,
}: TrainingState): TrainingOptions => ({
  ...ofTask[task],
  task,
  layers,
  heads,
  width,
  feedForward: feedforward,
  scaled: scale !== "1",
  learningRate: rate,
  seed,
});

/** The settings that a model of some origin stands for, as far as they are among a reader's. */
export function stateOf(options: TrainingOptions, now: TrainingState): TrainingState {
  const { task, layers, heads, width, feedForward, scaled, learningRate, seed } = { ...optionsOf(now), ...options };
  return {
    ...now,
    task: task ?? now.task,
    layers: layers ?? now.layers,
    heads: heads ?? now.heads,
    width: width ?? now.width,
    feedforward: feedForward ?? now.feedforward,
    scale: (scaled ?? true) ? "√d_k" : "1",
    rate: learningRate ?? now.rate,
    seed: seed ?? now.seed,
  };
}

/** Whether two states mean the same run; the learning rate may be changed while it goes on. */
export const isSameRun = (a: TrainingState, b: TrainingState): boolean =>
  (["task", "layers", "heads", "width", "feedforward", "scale", "seed"] as const).every((key) => a[key] === b[key]);

/** How a run before differs from the present one, for its lines' ends: "1 layer", "seed 2"; null for another task. */
export function differenceOf(before: TrainingState, now: TrainingState): string | null {
  if (before.task !== now.task) return null;
  if (before.layers !== now.layers) return counted(before.layers, "layer");
  if (before.heads !== now.heads) return counted(before.heads, "head");
  if (before.width !== now.width) return `width ${before.width}`;
  if (before.feedforward !== now.feedforward)
    return before.feedforward === "none" ? "attention only" : before.feedforward;
  if (before.scale !== now.scale) return before.scale === "1" ? "without √d_k" : "with √d_k";
  if (before.rate !== now.rate) return `rate ${before.rate}`;
  return before.seed === now.seed ? "before" : `seed ${before.seed}`;
}

export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
