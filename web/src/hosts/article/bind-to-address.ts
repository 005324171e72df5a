/**
 * Ties a figure's state to the page's address: a link to the page is a link to what the figure shows. What the reader brought
 * stands behind the #, which browsers send to no server.
 */
import { exactLink, fitsQuery, type Linked, readsQuery, restoreFromFragment, splitFragment } from "../../figure/link";

/** Browsers refuse addresses that change too often. */
const restMilliseconds = 250;

export function bindToAddress(figure: Linked): void {
  readsQuery(figure);
  if (figure.historyStep === undefined) bindState(figure);
  else bindHistory(figure);
}

/** Other settings are a step to go back from; what only says where the reader looks is not. */
function bindHistory(figure: Linked): void {
  let step: string | undefined;
  const remember = () => {
    step = figure.historyStep;
    // Room is kept for the notebook as it comes; with fewer tokens or heads it is a much smaller figure (room.css).
    figure.toggleAttribute("data-changed", step !== "");
  };
  const follow = () => {
    figure.fromSearch(location.search);
    remember();
  };
  figure.addEventListener("heed-change", () => {
    const write = figure.historyStep === step ? "replaceState" : "pushState";
    history[write](null, "", `${location.pathname}${figure.toSearch(location.search)}${location.hash}`);
    remember();
  });
  addEventListener("popstate", follow);
  follow();
}

function bindState(figure: Linked): void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  let writes = 0;
  const write = async () => {
    const mine = ++writes;
    const search = figure.toSearch();
    const inQuery = fitsQuery(figure, search);
    // What no link can hold leaves the address as it is without it.
    const link = inQuery ? "" : await exactLink(figure).catch(() => "");
    if (mine !== writes) return;
    const others = inQuery ? figure.toSearch(location.search) : without(search, location.search);
    const { id, state } = splitFragment(location.hash);
    const isOurs = id === figure.id && state !== null;
    const hash = link ? new URL(link).hash : isOurs ? `#${encodeURIComponent(id)}` : location.hash;
    history.replaceState(history.state, "", `${location.pathname}${others}${hash}`);
  };
  figure.addEventListener("heed-change", () => {
    clearTimeout(resting);
    resting = setTimeout(write, restMilliseconds);
  });
  if (location.search) figure.fromSearch(location.search);
  void restoreFromFragment(figure);
}

/** The parameters of `search` that are not among those of `own`. */
function without(own: string, search: string): string {
  const parameters = new URLSearchParams(search);
  for (const key of new URLSearchParams(own).keys()) parameters.delete(key);
  const text = parameters.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}
