import { describe, expect, test } from "vitest";
import {
  byDoubling,
  choiceSetting,
  defaultsOf,
  fromSettingsSearch,
  holdsOwn,
  numberSetting,
  type Settings,
  toSettingsSearch,
  withoutOwn,
} from "../../web/src/model/settings";

interface State {
  readonly dim: number;
  readonly mask: "none" | "causal";
}

const settings: Settings<State> = {
  dim: numberSetting("dim", { default: 64, min: 1, max: 4096, step: byDoubling }),
  mask: choiceSetting("mask", ["none", "causal"]),
};
const defaults = defaultsOf(settings);

describe("settings", () => {
  test("defaults come from the table", () => expect(defaults).toEqual({ dim: 64, mask: "none" }));

  test("a state and its address are each other's inverse, and others' parameters stay", () => {
    for (const state of [defaults, { dim: 7, mask: "causal" }, { ...defaults, dim: 1 }] as const) {
      const search = toSettingsSearch(settings, state, "scale-", "?tokens=9&scale-dim=5");
      expect(new URLSearchParams(search).get("tokens")).toBe("9");
      expect(fromSettingsSearch(settings, search, "scale-", defaults)).toEqual({ state, problems: [] });
    }
    expect(toSettingsSearch(settings, defaults, "scale-", "?scale-dim=5")).toBe("");
  });

  test("what cannot be used falls back and is named with its value", () => {
    const { state, problems } = fromSettingsSearch(settings, "?scale-dim=0&scale-mask=half", "scale-", defaults);
    expect(state).toEqual(defaults);
    expect(problems).toEqual(["dim is a whole number from 1 to 4096, not “0”", "mask is none or causal, not “half”"]);
  });

  test("steps double and halve, through numbers between", () => {
    expect([byDoubling(64, 1), byDoubling(64, -1), byDoubling(65, 1), byDoubling(65, -1)]).toEqual([128, 32, 128, 64]);
  });

  test("a reader's own values are told from settings, unless they are at their default", () => {
    const text = { default: "", parse: (value: string) => ({ value }), format: String, isOwn: true };
    const own: Settings<State & { text: string }> = { ...settings, text };
    const state = { ...defaults, dim: 7, text: "a diary" };
    expect(holdsOwn(own, state)).toBe(true);
    expect(withoutOwn(own, state)).toEqual({ dim: 7, mask: "none" });
    expect(holdsOwn(own, { ...state, text: "" })).toBe(false);
    expect(holdsOwn(settings, state)).toBe(false);
  });
});
