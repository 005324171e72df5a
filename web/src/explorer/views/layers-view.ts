/** The logit lens: what the model's head would say at the token in focus if the layers ended here. */
import { el } from "../../controls/el";
import { positionName, positionOf, quoted, type Scene } from "../scene";
import { percent } from "./predictions-view";

/** Tokens after each layer. */
export const lensTokens = 3;

export class LayersView {
  readonly element: HTMLElement;
  private readonly about = el("p", { class: "facts" });
  private readonly rows = el("tbody");
  private drawn: Scene["lens"] = null;

  constructor() {
    const head = el(
      "thead",
      {},
      el(
        "tr",
        {},
        ...["after layer", "most likely", "second", "third"].map((name) => el("th", { scope: "col" }, name)),
      ),
    );
    this.element = el(
      "div",
      { class: "layers-view" },
      el("div", { class: "view-head" }, el("h2", {}, "Layers"), this.about),
      el("table", {}, head, this.rows),
    );
  }

  show(scene: Scene): void {
    const { model, lens } = scene;
    this.element.hidden = model.info.predicts === "nothing";
    this.element.style.setProperty("--rows", String(model.info.layers + 2));
    const position = positionOf(scene);
    this.about.textContent =
      model.info.predicts === "classes"
        ? "what the hidden states say of the whole after each"
        : `what the hidden state of token ${position} ${quoted(positionName(scene))} says after each`;
    if (lens === this.drawn) return;
    this.drawn = lens;
    const last = lens?.at(-1)?.[0]?.id;
    this.rows.replaceChildren(
      ...(lens ?? []).map((tokens, layer) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, layer === 0 ? "none" : String(layer)),
          ...tokens.map(({ id, name, probability }) => {
            const cell = el(
              "td",
              {},
              el("span", { class: "name" }, quoted(name).slice(1, -1)),
              " ",
              el("span", { class: "number" }, percent(probability)),
            );
            cell.classList.toggle("final", id === last);
            return cell;
          }),
        ),
      ),
    );
  }
}
