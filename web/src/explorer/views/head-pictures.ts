/** The heads of a layer beside each other: over the picture, what the patch in focus gives in each. */
import { el } from "../../controls/el";
import { moveByKeys } from "../../controls/move-by-keys";
import { hueOf, namesOf, queryOf, quoted, type Scene } from "../scene";
import { headName } from "../state";
import type { SeenPicture } from "../worker/picture";
import { drawPicture, drawShade } from "./shaded-picture";

interface HeadPicture {
  readonly button: HTMLButtonElement;
  readonly picture: HTMLCanvasElement;
  readonly shade: HTMLCanvasElement;
}

export class HeadPictures {
  readonly element: HTMLElement;
  private readonly title = el("h3", {});
  private readonly list = el("div", { class: "head-pictures", role: "group", "aria-label": "Heads of the layer" });
  private heads: readonly HeadPicture[] = [];
  private seen: SeenPicture | undefined;
  private drawn: Float32Array | null = null;

  constructor(choose: (head: number) => void) {
    this.element = el("div", {}, this.title, this.list);
    this.list.addEventListener("click", ({ target }) => {
      const head = this.heads.findIndex(({ button }) => target instanceof Node && button.contains(target));
      if (head >= 0) choose(head);
    });
    moveByKeys(this.list, () => ({ stops: this.heads.map(({ button }) => button), columns: 1 }));
  }

  show(scene: Scene): void {
    const { state, model, text, ofQuery, palette } = scene;
    const { image, heads } = model.info;
    const { picture } = text;
    this.element.hidden = !image || !picture;
    if (!image || !picture) return;
    if (this.heads.length !== heads) this.build(heads);
    if (picture !== this.seen) for (const each of this.heads) drawPicture(each.picture, picture);
    this.seen = picture;
    const query = queryOf(scene);
    this.title.textContent = `What ${quoted(namesOf(scene).queries[query])} gives in each head of layer ${state.layer + 1}, each up to its largest`;
    for (const [head, { button, shade }] of this.heads.entries()) {
      button.style.setProperty("--hue", hueOf(palette, head));
      button.setAttribute("aria-pressed", String(head === state.head));
      button.setAttribute("aria-label", headName({ layer: state.layer, head }));
      if (ofQuery === this.drawn) continue;
      const keys = (ofQuery?.length ?? 0) / heads;
      if (ofQuery) drawShade(shade, image, ofQuery.subarray(head * keys, (head + 1) * keys));
      // Of another patch until the answer comes.
      else shade.width = 0;
    }
    this.drawn = ofQuery;
  }

  private build(count: number): void {
    this.seen = undefined;
    this.drawn = null;
    this.heads = Array.from({ length: count }, (_, head) => {
      const [picture, shade] = [el("canvas"), el("canvas")];
      const caption = el("span", { class: "code", "aria-hidden": "true" }, String(head + 1));
      const stage = el("span", { class: "stage" }, picture, shade);
      const button = el("button", { type: "button", tabindex: head === 0 ? "0" : "-1" }, stage, caption);
      return { button, picture, shade };
    });
    this.list.replaceChildren(...this.heads.map(({ button }) => button));
  }
}
