/** Elements by their tags, each fetched when it is wanted. */
type Figures = Readonly<Record<string, () => Promise<CustomElementConstructor>>>;

/** Defines an element unless it is; scripts that stand on a page twice do no harm. */
export async function define(tag: string, figures: Figures): Promise<void> {
  const load = Object.hasOwn(figures, tag) && figures[tag];
  if (!load) throw new Error(`there is no figure <${tag}>; there are ${Object.keys(figures).join(", ")}`);
  if (customElements.get(tag)) return;
  const element = await load();
  await parsed();
  if (!customElements.get(tag)) customElements.define(tag, element);
}

/** An element that is defined while the page is being read would not find what stands in it. */
function parsed(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState !== "loading") resolve();
    else document.addEventListener("DOMContentLoaded", () => resolve(), { once: true });
  });
}
