/** A thumbnail of each recorded head: buttons that choose the one to look at. They are painted in parts, so that the page goes on. */
import { type ColorScale, scaledWeights } from "../../charts/color/color-scale";
import type { Palette } from "../../charts/color/palette";
import { paintSmallMap } from "../../charts/heatmap/small-map";
import { el } from "../../controls/el";
import { moveByKeys } from "../../controls/move-by-keys";
import { hueOf } from "../../figure/maps/head-name";
import type { RecordedPart } from "../../formats/recording/read-recording";
import { nameOfHead } from "./recording-words";

/** Milliseconds of painting at a time. */
const slice = 8;

export class RecordedGrid {
  readonly element = el("div", { class: "grid", role: "group", "aria-label": "Heads" });
  private buttons: HTMLButtonElement[] = [];
  private part: RecordedPart | null = null;
  private painted: readonly unknown[] = [];
  private next: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly choose: (index: number) => void) {
    moveByKeys(this.element, () => ({ stops: this.buttons, columns: this.columns }));
  }

  show(part: RecordedPart, palette: Palette, tone: ColorScale): void {
    if (part !== this.part) this.build(part);
    const looks = [part, palette.paper, palette.ink, palette.maps.join(), tone];
    if (looks.every((look, i) => look === this.painted[i])) return;
    this.painted = looks;
    this.paint(part, palette, tone);
  }

  mark(chosen: number): void {
    for (const [i, button] of this.buttons.entries()) button.setAttribute("aria-pressed", String(i === chosen));
  }

  private get columns(): number {
    return Number(this.element.style.getPropertyValue("--columns")) || 1;
  }

  private build(part: RecordedPart): void {
    this.part = part;
    const { heads, layers, headsOfLayer } = part;
    this.buttons = heads.map((head, i) => {
      const name = `${nameOfHead(part, i)}${head.label ? `, ${head.label}` : ""}`;
      const button = el("button", { type: "button", "aria-label": name, title: name, tabindex: i === 0 ? "0" : "-1" });
      button.append(el("canvas"));
      button.addEventListener("click", () => this.choose(i));
      return button;
    });
    this.element.replaceChildren(...this.buttons);
    this.element.hidden = heads.length < 2;
    // A row for each layer, where all of its heads were recorded.
    const isWhole = layers > 1 && heads.length === layers * headsOfLayer;
    const columns = isWhole ? headsOfLayer : Math.ceil(Math.sqrt(heads.length));
    this.element.style.setProperty("--columns", String(columns));
  }

  private paint(part: RecordedPart, palette: Palette, tone: ColorScale): void {
    clearTimeout(this.next);
    const { paper, ink } = palette;
    const from = (first: number) => {
      const start = performance.now();
      for (let i = first; i < part.heads.length; i++) {
        const canvas = this.buttons[i]?.querySelector("canvas");
        const hue = hueOf(palette, part.heads[i]?.head ?? 0);
        const map = part.decode(i);
        if (canvas) paintSmallMap(canvas, scaledWeights(map, tone, map.largest), { paper, ink, hue, max: 1 });
        if (performance.now() - start < slice) continue;
        this.next = setTimeout(() => from(i + 1));
        return;
      }
    };
    from(0);
  }
}
