/** The article's figures, each fetched when the first of its kind comes near. */
import { figures } from "../elements/figures";
import { whenNear } from "./when-near";

export function startFigures(article: HTMLElement): void {
  for (const tag of Object.keys(figures)) {
    const ofKind = [...article.querySelectorAll(tag)];
    if (ofKind.length > 0 && !customElements.get(tag)) whenNear(ofKind, () => start(tag, ofKind, article));
  }
}

let prose = false;

/** Defined and given the address's state in one turn, so that nothing else is computed and drawn first. */
async function start(tag: string, ofKind: readonly Element[], article: HTMLElement): Promise<void> {
  const [element, { isFigure }, { bindToAddress }, { startProse }, longMap] = await Promise.all([
    figures[tag]?.(),
    import("../elements/figure-element"),
    import("./bind-to-address"),
    import("./prose"),
    tag === "heed-long-map" ? import("./long-map") : null,
  ]);
  if (!prose) startProse(article);
  prose = true;
  if (element && !customElements.get(tag)) customElements.define(tag, element);
  for (const figure of ofKind) if (isFigure(figure) && figure.hasAttribute("address")) bindToAddress(figure);
  longMap?.bindToAddress(ofKind);
}
