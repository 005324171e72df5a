/** Ties a figure's state to the page's address: a link to the page is a link to what the figure shows. */
import type { AnyFigure } from "../elements/figure-element";

/** Browsers refuse addresses that change too often. */
const restMilliseconds = 250;

export function bindToAddress(figure: AnyFigure): void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  const write = () =>
    history.replaceState(history.state, "", `${location.pathname}${figure.toSearch(location.search)}${location.hash}`);
  figure.addEventListener("heed-change", () => {
    clearTimeout(resting);
    resting = setTimeout(write, restMilliseconds);
  });
  if (location.search) figure.fromSearch(location.search);
}
