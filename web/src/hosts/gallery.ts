/** Every figure there is, in the state that it has without settings. */
import { el } from "../controls/el";
import { figures } from "../figures/list";
import { whenNear } from "./article/when-near";

/** What figures show that have nothing of their own. */
const sources: Readonly<Record<string, string>> = {
  "heed-attention": "./example.npz",
  "heed-recording": "./example.heed",
};

for (const [tag, load] of Object.entries(figures)) {
  const figure = document.createElement(tag);
  figure.className = "breakout";
  const source = sources[tag];
  if (source) figure.setAttribute("src", source);
  document.querySelector("main")?.append(el("h2", { id: tag }, el("code", {}, `<${tag}>`)), figure);
  whenNear([figure], async () => customElements.define(tag, await load()));
}
