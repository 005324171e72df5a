/**
 * Links that show a figure as it is. The article reads its address' query, so that a link to it is "?masks-seed=7#masks". On
 * other people's pages a figure that has an id and the attribute `address` reads what follows "~" in the fragment:
 * "#masks~masks-seed=7". What is long is packed and stands there in any case: "#masks~eJyrVk…". So does what the reader
 * brought, because no server sees it there; a query it would.
 */
import { pack, unpack } from "../model/packed";

export interface Linked extends HTMLElement {
  /** The state as a query, defaults left out, in a copy of `search`. */
  toSearch(search?: string): string;
  /** Takes the state from a query; what cannot be used is said, and so is `damage`. `isExact`: what is not there is at its default. */
  fromSearch(search: string, isExact?: boolean, damage?: string): void;
  /** Why no link can hold what is shown. */
  readonly unlinkable?: string | null;
  /** Whether the state holds what the reader brought: a text, a file, or something taken from one. */
  readonly hasOwnData?: boolean;
  /** What of the state makes a step in the browser's history: the reader can go back to what it was before. */
  readonly historyStep?: string | undefined;
}

export const isLinked = (element: Element): element is Linked => "toSearch" in element && "fromSearch" in element;

/** What servers and people take in their stride. */
export const mostPlain = 1500;
/** What browsers do, and most programs that pass links on. */
const mostPacked = 32_000;

const readBy = new WeakMap<Element, "query" | "fragment">();
/** Says that the page restores the figure from its query. */
export const readsQuery = (figure: Element) => readBy.set(figure, "query");
export const canBeLinked = (figure: Element) => readBy.has(figure);

const pageAddress = () => document.baseURI.split("#")[0] ?? "";
const fragmentOf = ({ id }: Element) => (id ? `#${encodeURIComponent(id)}` : "");

/** Whether the state may stand in the query of an address: it is short, and nothing in it is the reader's own. */
export const fitsQuery = (figure: Linked, search: string): boolean => search.length <= mostPlain && !figure.hasOwnData;

/** The address of the figure's page for a line of text: with its state where that is restored and short. */
export function linkTo(figure: Linked): string {
  const search = figure.toSearch();
  const isRestored = canBeLinked(figure) && search.length <= mostPlain && !figure.unlinkable;
  const page = readBy.get(figure) === "fragment" ? pageAddress() : pageAddress().split("?")[0];
  if (readBy.get(figure) !== "fragment" && !figure.hasOwnData)
    return `${page}${isRestored ? search : ""}${fragmentOf(figure)}`;
  return `${page}${fragmentOf(figure)}${isRestored && figure.id ? `~${search.slice(1)}` : ""}`;
}

/** A link that shows exactly what the figure shows. Rejects with a sentence where there is none. */
export async function exactLink(figure: Linked): Promise<string> {
  if (figure.unlinkable) throw new Error(figure.unlinkable);
  const search = figure.toSearch();
  if (search.length <= mostPlain) return linkTo(figure);
  const packed = await pack(search.slice(1));
  if (packed.length > mostPacked)
    throw new Error(
      `What the figure shows takes ${packed.length} characters, and a link holds ${mostPacked}. Save the numbers, or put the figure on a page.`,
    );
  const page = readBy.get(figure) === "query" ? pageAddress().split("?")[0] : pageAddress();
  return `${page}${fragmentOf(figure)}~${packed}`;
}

/** The id of the figure whose state stands in the fragment, and that. */
export function splitFragment(hash: string): { id: string; state: string | null } {
  const at = hash.lastIndexOf("~");
  const id = hash.slice(1, at < 0 ? undefined : at);
  try {
    return { id: decodeURIComponent(id), state: at < 0 ? null : hash.slice(at + 1) };
  } catch {
    return { id, state: null };
  }
}

/** What is being unpacked for a figure; a newer address, or what the reader does meanwhile, takes its place. */
const unpacking = new WeakMap<Element, AbortController>();

/** Gives the figure the state that the page's fragment has for it. */
export async function restoreFromFragment(figure: Linked): Promise<void> {
  unpacking.get(figure)?.abort();
  const { id, state } = splitFragment(location.hash);
  if (state === null || id !== figure.id) return;
  if (state === "" || state.includes("=")) {
    figure.fromSearch(`?${state}`, true);
    return;
  }
  const newest = new AbortController();
  unpacking.set(figure, newest);
  const { signal } = newest;
  for (const type of ["heed-input", "heed-change"]) figure.addEventListener(type, () => newest.abort(), { signal });
  const { text, isWhole } = await unpack(state);
  if (signal.aborted) return;
  newest.abort();
  // The parameter in which it breaks off is not to be trusted.
  const read = isWhole ? text : text.slice(0, Math.max(0, text.lastIndexOf("&")));
  const lost = isWhole ? "" : (/(?:^|&)([^=&]*)(?:=[^&]*)?$/.exec(text)?.[1] ?? "");
  const damage = isWhole ? "" : `The link is damaged: it cannot be read${lost ? ` from “${lost}” on` : ""}.`;
  figure.fromSearch(`?${read}`, true, damage);
}

/** What is said of an address that could not be used as it is. */
export const inAddress = (problems: readonly string[], damage = ""): string =>
  [damage, problems.length > 0 ? `Ignored in the address: ${problems.join("; ")}.` : ""].filter(Boolean).join(" ");

/** What a reader does who does not wait. */
const interruptions = ["wheel", "touchstart", "pointerdown", "keydown"];
const patience = 5000;

/**
 * Scrolls to the figure whose state the fragment has: browsers look for an element that is called like the whole of it. For a
 * while it is followed, as figures above it grow when they draw.
 */
export function goToLinked(): void {
  const { id, state } = splitFragment(location.hash);
  const figure = state === null ? null : document.getElementById(id);
  if (!figure) return;
  const growth = new ResizeObserver(() => figure.scrollIntoView());
  const end = () => {
    growth.disconnect();
    for (const type of interruptions) removeEventListener(type, end);
  };
  growth.observe(document.body);
  for (const type of interruptions) addEventListener(type, end, { passive: true });
  setTimeout(end, patience);
}

/** On other people's pages: restores a figure that has an id and the attribute `address`. Returns a way to end it. */
export function followFragment(figure: HTMLElement): () => void {
  const followed = new AbortController();
  const { signal } = followed;
  const follow = () => {
    goToLinked();
    if (isLinked(figure)) void restoreFromFragment(figure);
  };
  // In a later turn: the article reads its query instead. By then the figure may have been taken away, or put elsewhere.
  queueMicrotask(() => {
    if (signal.aborted || readBy.get(figure) === "query" || !figure.id || !figure.hasAttribute("address")) return;
    // A figure that is only put elsewhere keeps what it shows.
    if (!readBy.has(figure) && isLinked(figure)) {
      if (splitFragment(location.hash).id === figure.id) goToLinked();
      void restoreFromFragment(figure);
    }
    readBy.set(figure, "fragment");
    addEventListener("hashchange", follow, { signal });
  });
  return () => followed.abort();
}
