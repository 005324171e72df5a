/** The settings of <heed-notebook>, for its line of controls and its attributes; notebook-url.ts has its address. */
import { masks } from "../../model/fields";
import { isInside, type NotebookState, type NumberKey, numberFields } from "../../model/notebook-state";
import { choiceSetting, numberSetting, type Setting, type Settings } from "../../model/settings";

const numbers = Object.fromEntries(
  numberFields.map(({ key, step, ...field }) => {
    const inState = (value: number, direction: 1 | -1, state?: object) =>
      step(value, direction, state as NotebookState);
    return [key, numberSetting(key, { ...field, step: inState })];
  }),
) as Record<NumberKey, Setting<number>>;

export const notebookSettings: Settings<NotebookState> = {
  ...numbers,
  mask: choiceSetting("mask", masks),
  // Whether a place is inside of the maps, its state says: no text by itself is one.
  locked: {
    default: null,
    parse: () => ({ problem: "locked is no attribute" }),
    format: (place) => JSON.stringify(place),
  },
};

/** A lock that falls outside of the maps is released. */
export const withLockInside = (state: NotebookState): NotebookState =>
  state.locked && !isInside(state.locked, state) ? { ...state, locked: null } : state;
