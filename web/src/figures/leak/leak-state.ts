import { numberSetting, type Settings } from "../../model/settings";

export interface LeakState {
  readonly steps: number;
  readonly seed: number;
}

export const leakSettings: Settings<LeakState> = {
  steps: numberSetting("steps", { default: 240, min: 20, max: 1000, step: (value, by) => value + 20 * by }),
  seed: numberSetting("seed", { default: 1, min: 0, max: 4294967295 }),
};
