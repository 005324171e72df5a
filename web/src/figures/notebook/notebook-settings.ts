/** The settings of <heed-notebook>, for its line of controls and its attributes; notebook-url.ts has its address. */
import { masks } from "../../model/fields";
import { type NotebookState, numberFields } from "../../model/notebook-state";
import { choiceSetting, numberSettings, type Settings, unwrittenSetting } from "../../model/settings";

export const notebookSettings: Settings<NotebookState> = {
  ...numberSettings(numberFields),
  mask: choiceSetting("mask", masks),
  // Whether a place is inside of the maps, its state says: no text by itself is one.
  locked: unwrittenSetting("locked"),
};
