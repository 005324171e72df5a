/** The settings of <heed-long-map>, for its line of controls and its attributes; long-url.ts has its address. */
import { masks } from "../../model/fields";
import {
  colorScales,
  type LongNumberKey,
  type LongState,
  longDefaults,
  longFields,
  type Position,
  reductions,
} from "../../model/long-state";
import { choiceSetting, numberSetting, type Setting, type Settings } from "../../model/settings";
import { parseView } from "./long-url";

const numbers = Object.fromEntries(
  longFields.map(({ key, step, ...field }) => {
    const inState = (value: number, direction: 1 | -1, state?: object) => step(value, direction, state as LongState);
    return [key, numberSetting(key, { ...field, step: inState })];
  }),
) as Record<LongNumberKey, Setting<number>>;

const locked: Setting<Position | null> = {
  default: null,
  parse: () => ({ problem: "locked is no attribute" }),
  format: (position) => JSON.stringify(position),
};

export const longSettings: Settings<LongState> = {
  ...numbers,
  mask: choiceSetting("mask", masks, { default: longDefaults.mask }),
  reduce: choiceSetting("reduce", reductions, { label: "cells" }),
  scale: choiceSetting("scale", colorScales, { label: "colours" }),
  view: {
    default: null,
    parse: (text, state) => parseView(text, ((state ?? longDefaults) as LongState).tokens),
    format: (view) => (view ? [view.query, view.key, view.span].map(Math.round).join() : ""),
  },
  locked,
};
