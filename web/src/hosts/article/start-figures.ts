/** The article's figures: the first at once, the others each when the first of its kind comes near; all tied to the address. */

import { isLinked } from "../../figure/link";
import { figures } from "../../figures/list";
import { HeedLookUp } from "../../figures/look-up/heed-look-up";
import { bindToAddress } from "./bind-to-address";
import { startProse } from "./prose";
import { whenNear } from "./when-near";

export function startFigures(article: HTMLElement): void {
  startProse(article);
  define("heed-look-up", HeedLookUp, [...article.querySelectorAll("heed-look-up")]);
  for (const [tag, load] of Object.entries(figures)) {
    const ofKind = [...article.querySelectorAll(tag)];
    if (ofKind.length === 0 || customElements.get(tag)) continue;
    whenNear(ofKind, async () => define(tag, await load(), ofKind));
  }
}

/** Defined and given the address's state in one turn, so that nothing else is computed and drawn first. */
function define(tag: string, element: CustomElementConstructor, ofKind: readonly Element[]): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
  for (const figure of ofKind) if (isLinked(figure) && figure.hasAttribute("address")) bindToAddress(figure);
}
