/** The notebook's section of the article: ties the figure's state to the page's address. */

import { readsQuery } from "../../figure/link";
import { HeedNotebook } from "../../figures/notebook/heed-notebook";
import { toSearch } from "../../figures/notebook/notebook-url";

export function bindToAddress(figures: readonly Element[]): void {
  const figure = figures.find((each) => each.hasAttribute("address"));
  if (figure instanceof HeedNotebook) bind(figure);
}

function bind(figure: HeedNotebook): void {
  readsQuery(figure);
  let numbers = "";
  const remember = (next: string) => {
    numbers = next;
    // Room is kept for the notebook as it comes; with fewer tokens or heads it is a much smaller figure (room.css).
    figure.toggleAttribute("data-changed", next !== "");
  };
  const follow = () => {
    figure.fromSearch(location.search);
    remember(toSearch({ ...figure.state, locked: null }));
  };
  figure.addEventListener("heed-change", () => {
    const { state } = figure;
    const search = toSearch(state, location.search);
    const next = toSearch({ ...state, locked: null });
    // A new experiment is a step to go back from; a lock only annotates the present one.
    history[next === numbers ? "replaceState" : "pushState"](null, "", `${location.pathname}${search}${location.hash}`);
    remember(next);
  });
  addEventListener("popstate", follow);
  follow();
}
