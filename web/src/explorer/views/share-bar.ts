import { el } from "../../controls/el";

/** A bar as long as `share` of its track. `kind`: further classes of the bar. */
export function shareBar(share: number, kind = ""): HTMLElement {
  return el("span", { class: "track" }, barOf(share, kind));
}

/** The bar alone, where a track has more than one. */
export function barOf(share: number, kind = ""): HTMLElement {
  const bar = el("span", { class: kind ? `bar ${kind}` : "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", `${(share * 100).toFixed(1)}%`);
  return bar;
}
