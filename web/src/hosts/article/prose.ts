/**
 * Prose that points: <a class="shows" href="#scaling" data-part="variance">. While it is hovered or has the keyboard's
 * focus, the figure with that id shows what is spoken of.
 */
import { isFigure } from "../../figure/figure-element";

export function startProse(article: HTMLElement): void {
  const say = (event: Event, on: boolean) => {
    const link = event.target instanceof Element ? event.target.closest("a.shows") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    const figure = document.getElementById(link.hash.slice(1));
    if (isFigure(figure)) figure.highlighted = on ? (link.dataset.part ?? null) : null;
  };
  for (const type of ["pointerover", "focusin"]) article.addEventListener(type, (event) => say(event, true));
  for (const type of ["pointerout", "focusout"]) article.addEventListener(type, (event) => say(event, false));
}
