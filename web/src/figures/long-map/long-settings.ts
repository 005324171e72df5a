/** The settings of <heed-long-map>, for its line of controls and its attributes; long-url.ts has its address. */
import { masks } from "../../model/fields";
import { colorScales, type LongState, longDefaults, longFields, reductions } from "../../model/long-state";
import { choiceSetting, numberSettings, type Settings, unwrittenSetting } from "../../model/settings";
import { parseView } from "./long-url";

export const longSettings: Settings<LongState> = {
  ...numberSettings(longFields),
  mask: choiceSetting("mask", masks, { default: longDefaults.mask }),
  reduce: choiceSetting("reduce", reductions, { label: "cells" }),
  scale: choiceSetting("scale", colorScales, { label: "colours" }),
  view: {
    default: null,
    parse: (text, state) => parseView(text, ((state ?? longDefaults) as LongState).tokens),
    format: (view) => (view ? [view.query, view.key, view.span].map(Math.round).join() : ""),
  },
  locked: unwrittenSetting("locked"),
};
