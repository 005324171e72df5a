import { labTags } from "../../model/figure-tags";

/** Figures that are not in this script say so, unless the modules are on the page as well. */
export function nameMissing(): void {
  const selector = labTags.map((tag) => `${tag}:not(:defined)`).join();
  const named = new WeakSet<Element>();
  const find = () => {
    if (document.querySelector('script[type="module"][src$="/figures.js"]')) return;
    for (const figure of document.querySelectorAll(selector)) {
      if (named.has(figure)) continue;
      named.add(figure);
      const note = document.createElement("p");
      note.setAttribute("role", "note");
      note.textContent = `<${figure.localName}> is not in heed-figures.js: it comes with <script type="module" src="figures.js"> from the same folder.`;
      figure.append(note);
    }
  };
  const start = () => {
    find();
    new MutationObserver(find).observe(document, { childList: true, subtree: true });
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
  else start();
}
