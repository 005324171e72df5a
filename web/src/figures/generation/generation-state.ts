/** What the figure of tokens that arrive one at a time shows. */
import { choiceSetting, numberSetting, type Settings } from "../../model/settings";

export interface GenerationState {
  /** How many tokens there are so far. */
  readonly arrived: number;
  readonly mask: "causal" | "none";
  readonly seed: number;
}

export const mostTokens = 12;

export const generationSettings: Settings<GenerationState> = {
  arrived: numberSetting("arrived", { default: 5, min: 1, max: mostTokens, label: "tokens so far" }),
  mask: choiceSetting("mask", ["causal", "none"]),
  seed: numberSetting("seed", { default: 42, min: 0, max: 4294967295 }),
};
