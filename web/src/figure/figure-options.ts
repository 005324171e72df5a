/** What a figure says of itself once and for all. */
import type { Settings } from "../model/settings";

export interface FigureOptions<State> {
  readonly settings: Settings<State>;
  /** What the figure is about, for screen readers: "Why the scale". */
  readonly label: string;
  /** What is said under the controls where there is nothing else to say. */
  readonly hint: string;
  /** What the sentence says while no place is in focus. */
  readonly readingHint?: string;
  /**
   * The settings that say only how a result is looked at. A change of these alone computes nothing; and they are drawn as they are
   * when a result comes, whatever it was computed for, so that what the reader does meanwhile is kept.
   */
  readonly viewSettings?: readonly (keyof State)[];
  /** The settings whose change is no step in the browser's history; where none are named, the figure makes no steps. */
  readonly withoutHistory?: readonly (keyof State)[];
  /** The state with what does not fit the rest of it corrected, such as a cell outside of the map. */
  readonly normalise?: (state: State) => State;
  /**
   * How a state stands in a query, where that is not a parameter for each setting. It is whole: what is not in the query is at its
   * default, and nothing that was said of an earlier one still holds.
   */
  readonly address?: {
    readonly write: (state: State, search: string) => string;
    readonly read: (search: string) => { readonly state: State; readonly problems: readonly string[] };
  };
  /** The figure's own styles, made once for all of its kind by `sheetOf`. */
  readonly sheet: CSSStyleSheet;
}
