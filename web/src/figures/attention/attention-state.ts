/** What decides what <heed-attention> shows, beside what its page gives it. */
import { type ColorScale, colorScales } from "../../charts/color/color-scale";
import { type ReadingState, readingSettings } from "../../figure/own/reading-state";
import { quote } from "../../model/fields";
import {
  choiceSetting,
  entriesOf,
  numberSetting,
  type Setting,
  type Settings,
  withoutControl,
} from "../../model/settings";

export interface LockedCell {
  readonly query: number;
  readonly key: number | null;
}

/** What of the heads is drawn large. */
export const views = [
  "one head",
  "mean of the layer",
  "largest of the layer",
  "mean of all",
  "largest of all",
] as const;
export type View = (typeof views)[number];

export interface AttentionState extends ReadingState {
  readonly colours: ColorScale;
  readonly layer: number;
  readonly head: number;
  /** What of the heads is drawn large. */
  readonly view: View;
  /** What is taken away from it: another head, "2.3", or "set:NAME", the same of another set. */
  readonly less: string;
  /** What is locked: a cell, or a query by itself. */
  readonly cell: LockedCell | null;
}

const lockedSetting: Setting<LockedCell | null> = {
  default: null,
  parse: (text) => {
    const [, query, key] = /^(\d{1,7})(?:,(\d{1,7}))?$/.exec(text.trim()) ?? [];
    if (text.trim() === "") return { value: null };
    if (query) return { value: { query: Number(query), key: key ? Number(key) : null } };
    return { problem: `cell is “query,key”, not “${quote(text)}”` };
  },
  format: (cell) => (cell ? `${cell.query}${cell.key === null ? "" : `,${cell.key}`}` : ""),
};

const lessSetting: Setting<string> = {
  default: "",
  parse: (text) =>
    /^(\d{1,4}\.\d{1,4}|set:.{0,200})?$/u.test(text.trim())
      ? { value: text.trim() }
      : { problem: `less is “LAYER.HEAD” or “set:NAME”, not “${quote(text)}”` },
  format: (less) => less,
};

/** Whether something else than one head is drawn large. */
export const isCombined = ({ view, less }: AttentionState): boolean => view !== "one head" || less !== "";

const { set, axes, roles, name, data, ...numbers } = readingSettings;

/** The longest last: where a link was cut off, what stands before it can be read. */
const settings: Settings<AttentionState> = {
  ...numbers,
  colours: choiceSetting("colours", colorScales),
  layer: numberSetting("layer", { default: 1, min: 1, max: 9999 }),
  head: numberSetting("head", { default: 1, min: 1, max: 9999 }),
  view: choiceSetting("view", views, { label: "show" }),
  less: lessSetting,
  cell: lockedSetting,
  set,
  axes,
  roles,
  name,
  data,
};

/** In the line of controls are the mask, where weights are computed, and the colours; the others are set below the drawing. */
export const attentionSettings = Object.fromEntries(
  entriesOf(settings).map(([key, setting]) => {
    if (key === "mask") return [key, { ...setting, when: { isComputed: "true" } }];
    return [key, key === "colours" ? setting : withoutControl(setting)];
  }),
) as unknown as Settings<AttentionState>;
