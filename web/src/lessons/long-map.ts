/** The long map's section of the article: ties its state to the page's address. */
import { HeedLongMap } from "../elements/heed-long-map";
import { readsQuery } from "../elements/link";
import type { LongState } from "../state/long-state";
import { toLongSearch } from "../state/long-url";

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
