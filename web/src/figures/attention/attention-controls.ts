/** Over the figure: where data come from, the mask and the colours. */
import { type ColorScale, colorScales } from "../../charts/color/color-scale";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { fileControl } from "../../figure/own/own-files";
import { type Mask, masks } from "../../model/fields";

export interface AttentionEvents {
  readonly open: (files: readonly File[]) => void;
  readonly mask: (mask: Mask) => void;
  readonly tone: (tone: ColorScale) => void;
}

export class AttentionControls {
  readonly element: HTMLElement;
  readonly tools = el("div", { class: "tools" });
  private readonly mask: Choice<Mask>;
  private readonly tone: Choice<ColorScale>;

  constructor({ open, mask, tone }: AttentionEvents) {
    this.mask = new Choice("mask", masks, mask);
    this.tone = new Choice("colours", colorScales, tone);
    this.tone.show("linear");
    const file = fileControl("A file with Q, K, V or weights", open);
    this.element = el(
      "div",
      { class: "controls", part: "controls", role: "group", "aria-label": "Data and settings" },
      file,
      this.mask.element,
      this.tone.element,
      this.tools,
    );
  }

  /** A mask can be set only where weights are computed. */
  show({ mask, colours }: { mask: Mask; colours: ColorScale }, isComputed: boolean): void {
    this.mask.element.hidden = !isComputed;
    this.mask.show(mask);
    this.tone.show(colours);
  }
}
