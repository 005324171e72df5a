/**
 * The lean module: defines each of Heed's elements when the first of its kind comes near, so that a page pays for what it
 * shows. In a shadow tree, which it does not look into, `define` does the same at once.
 * @module heed/figures
 */

import { goToLinked } from "../figure/link";
import { figures } from "../figures/list";
import { define as defineOf } from "./define";
import { isFirst } from "./once";
import { whenWanted } from "./when-wanted";

/** Defines one of Heed's elements, "heed-notebook" say. Rejects if there is none of that name, or if it cannot be fetched. */
export const define = (tag: string): Promise<void> => defineOf(tag, figures);

if (isFirst("figures as modules")) {
  whenWanted(Object.keys(figures), define);
  goToLinked();
}
