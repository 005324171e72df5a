/** What the figure of many heads shows: random heads on one side, trained ones on the other. */
import { type Cell, cellSetting } from "../../model/cell-setting";
import { type Parsed, quote } from "../../model/fields";
import { byDoubling, choiceSetting, numberSetting, type Setting, type Settings } from "../../model/settings";

export interface HeadsState {
  /** Of the random ones; those of the trained model are as many as it has. */
  readonly heads: number;
  readonly trained: "induction" | "stories";
  readonly order: "similarity" | "distance" | "number";
  readonly seed: number;
  /** Heads that are switched off. */
  readonly "random-off": readonly number[];
  readonly "trained-off": readonly number[];
  /** Two heads whose difference is shown; null: the two that are least alike. */
  readonly "random-pair": Cell | null;
  readonly "trained-pair": Cell | null;
}

const mostHeads = 64;

function headsSetting(key: string): Setting<readonly number[]> {
  const parse = (text: string): Parsed<readonly number[]> => {
    const parts = text.trim() === "" ? [] : text.split(",");
    const numbers = parts.map((part) => (/^\d{1,2}$/.test(part.trim()) ? Number(part) : mostHeads));
    if (numbers.every((number) => number < mostHeads)) return { value: sorted(numbers) };
    return { problem: `${key} is a list of heads like “0,3”, not “${quote(text)}”` };
  };
  return { default: [], parse, format: (heads) => heads.join() };
}

const sorted = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);

/** Switches a head off, or on again. */
export const toggled = (off: readonly number[], head: number): readonly number[] =>
  off.includes(head) ? off.filter((other) => other !== head) : sorted([...off, head]);

export const headsSettings: Settings<HeadsState> = {
  heads: numberSetting("heads", { default: 8, min: 1, max: 16, label: "random heads", step: byDoubling }),
  trained: choiceSetting("trained", ["induction", "stories"], { label: "trained on" }),
  order: choiceSetting("order", ["similarity", "distance", "number"], { label: "order by" }),
  seed: numberSetting("seed", { default: 42, min: 0, max: 4294967295 }),
  "random-off": headsSetting("random-off"),
  "trained-off": headsSetting("trained-off"),
  "random-pair": cellSetting("random-pair"),
  "trained-pair": cellSetting("trained-pair"),
};
