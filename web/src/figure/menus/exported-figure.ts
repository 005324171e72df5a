import type { FigureData } from "../../model/figure-data";
import type { PictureFacts } from "../export/picture";
import type { Linked } from "../link";
import type { EmbedContent } from "./embed-code";

/** What a figure tells of itself for that. */
export interface ExportedFigure {
  readonly tag: string;
  readonly figure: Linked;
  /** The box whose drawing is taken: what is on screen. */
  readonly box: HTMLElement;
  readonly facts: () => PictureFacts;
  readonly data: () => readonly FigureData[];
  /** The settings that differ from the defaults, as attributes. */
  readonly attributes: () => Readonly<Record<string, string>>;
  /** Data as JSON for inside the tag, where no attribute gives them; null where they are too many. */
  readonly content?: () => string | null;
  /** What stands in the tag in a file that holds everything, where an attribute names it otherwise; null where there is none. */
  readonly fileContent?: () => Promise<EmbedContent | null>;
}
