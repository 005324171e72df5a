/** What the figure of many heads shows: random heads on one side, trained ones on the other; or heads of the reader's own. */
import { type ReadingState, readingSettings } from "../../figure/own/reading-state";
import { type Cell, cellSetting } from "../../model/cell-setting";
import { type Parsed, quote } from "../../model/fields";
import {
  byDoubling,
  choiceSetting,
  entriesOf,
  numberSetting,
  type Setting,
  type Settings,
  withoutControl,
} from "../../model/settings";

export interface HeadsState extends ReadingState {
  /** Of the random ones; those of the trained model are as many as it has. */
  readonly heads: number;
  readonly trained: "induction" | "stories";
  readonly order: "distance" | "similarity" | "number";
  readonly seed: number;
  /** Heads that are switched off. */
  readonly "random-off": readonly number[];
  readonly "trained-off": readonly number[];
  /** Two heads whose difference is shown; null: those with the smallest and the largest mean distance. */
  readonly "random-pair": Cell | null;
  readonly "trained-pair": Cell | null;
  readonly "own-pair": Cell | null;
  /** Of the reader's heads, from 1; 0: all layers. */
  readonly layer: number;
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

/** While the reader has brought no heads. */
const ours = { data: "null" };
const reading = readingSettings;

/** The reader's own, and set elsewhere than in the line of controls. */
const own = <Value>(setting: Setting<Value>): Setting<Value> => ({ ...withoutControl(setting), isOwn: true });

export const headsSettings: Settings<HeadsState> = {
  heads: numberSetting("heads", { default: 8, min: 1, max: 16, label: "random heads", step: byDoubling, when: ours }),
  trained: { ...choiceSetting("trained", ["induction", "stories"], { label: "trained on" }), when: ours },
  order: choiceSetting("order", ["distance", "similarity", "number"], { label: "order by" }),
  seed: numberSetting("seed", { default: 42, min: 0, max: 4294967295, when: ours }),
  "random-off": headsSetting("random-off"),
  "trained-off": headsSetting("trained-off"),
  "random-pair": cellSetting("random-pair"),
  "trained-pair": cellSetting("trained-pair"),
  "own-pair": own(cellSetting("own-pair")),
  layer: own(numberSetting("layer", { default: 0, min: 0, max: 9999 })),
  mask: own(reading.mask),
  aligned: own(reading.aligned),
  temperature: own(reading.temperature),
  scaling: own(reading.scaling),
  scale: own(reading.scale),
  softcap: own(reading.softcap),
  values: own(reading.values),
  unit: own(reading.unit),
  sequence: own(reading.sequence),
  set: own(reading.set),
  axes: own(reading.axes),
  roles: own(reading.roles),
  name: own(reading.name),
  data: own(reading.data),
};

/** All that is the reader's own as it is without a file. */
export const noData: Partial<HeadsState> = Object.fromEntries(
  entriesOf(headsSettings).flatMap(([key, setting]) => (setting.isOwn ? [[key, setting.default]] : [])),
);
