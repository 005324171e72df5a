/** The long map's section of the article: ties its state to the page's address. */

import { readsQuery } from "../../figure/link";
import { HeedLongMap } from "../../figures/long-map/heed-long-map";
import { toLongSearch } from "../../figures/long-map/long-url";
import type { LongState } from "../../model/long-state";

export function bindToAddress(figures: readonly Element[]): void {
  const figure = figures.find((each) => each.hasAttribute("address"));
  if (figure instanceof HeedLongMap) bind(figure);
}

function bind(figure: HeedLongMap): void {
  readsQuery(figure);
  const follow = () => figure.fromSearch(location.search);
  const settings = (state: LongState) => toLongSearch({ ...state, view: null, locked: null });
  let shown = "";
  figure.addEventListener("heed-change", () => {
    const { state } = figure;
    const search = toLongSearch(state, location.search);
    // Other settings are a step to go back from; moving about is not.
    const step = settings(state) === shown ? "replaceState" : "pushState";
    history[step](null, "", `${location.pathname}${search}${location.hash}`);
    shown = settings(state);
  });
  addEventListener("popstate", () => {
    follow();
    shown = settings(figure.state);
  });
  follow();
  shown = settings(figure.state);
}
