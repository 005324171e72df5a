import { coreFigures, type Figures } from "./core-figures";

/**
 * Every figure by its tag, fetched when it is wanted: those of heed-core, and here, a line each, those that need heed-lab
 * besides, which is too large for the scripts that hold everything in one file.
 */
export const figures: Figures = {
  ...coreFigures,
  "heed-heads": async () => (await import("./heed-heads")).HeedHeads,
  "heed-generation": async () => (await import("./heed-generation")).HeedGeneration,
  "heed-steps": async () => (await import("./heed-steps")).HeedSteps,
  "heed-sentence": async () => (await import("./heed-sentence")).HeedSentence,
  "heed-training": async () => (await import("./heed-training")).HeedTraining,
  "heed-scaling": async () => (await import("./heed-scaling")).HeedScaling,
};
