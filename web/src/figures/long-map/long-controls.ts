/** The long map's line of controls, and on the right where the numbers come from. */
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { Scrubber } from "../../controls/scrubber";
import { type Mask, masks } from "../../model/fields";
import {
  type ColorScale,
  colorScales,
  type LongNumberKey,
  type LongState,
  longFields,
  type Reduction,
  reductions,
} from "../../model/long-state";

export interface LongControlEvents {
  readonly change: (change: Partial<LongState>, settled: boolean) => void;
  readonly problem: (text: string | null) => void;
}

export const provenance = "built by hand: no model, nothing trained";

export class LongControls {
  readonly element: HTMLElement;
  readonly tools = el("div", { class: "tools" });
  private readonly scrubbers: readonly Scrubber<LongNumberKey, LongState>[];
  private readonly mask: Choice<Mask>;
  private readonly reduce: Choice<Reduction>;
  private readonly scale: Choice<ColorScale>;

  constructor({ change, problem }: LongControlEvents) {
    this.scrubbers = longFields.map(
      (field) => new Scrubber(field, { change: (value, settled) => change({ [field.key]: value }, settled), problem }),
    );
    this.mask = new Choice("mask", masks, (mask) => change({ mask }, true));
    this.reduce = new Choice("cells", reductions, (reduce) => change({ reduce }, true));
    this.scale = new Choice("colours", colorScales, (scale) => change({ scale }, true));
    this.element = el(
      "div",
      { class: "controls", part: "controls", role: "group", "aria-label": "Settings of the long map" },
      ...[...this.scrubbers, this.mask, this.reduce, this.scale].map(({ element }) => element),
      el("p", { class: "provenance" }, provenance),
      this.tools,
    );
  }

  show(state: LongState): void {
    for (const scrubber of this.scrubbers) scrubber.show(state);
    this.mask.show(state.mask);
    this.reduce.show(state.reduce);
    this.scale.show(state.scale);
  }
}
