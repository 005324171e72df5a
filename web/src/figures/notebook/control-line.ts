/** The line of controls over the figure: every setting as a word set in place, and on the right where the numbers come from. */

import { Choice } from "../../controls/choice";
import { Scrubber } from "../../controls/scrubber";
import { type Mask, masks } from "../../model/fields";
import { isSourceExperiment, type NotebookState, type NumberKey, numberFields } from "../../model/notebook-state";

export interface ControlEvents {
  readonly change: (change: Partial<NotebookState>, settled: boolean) => void;
  readonly problem: (text: string | null) => void;
  readonly reset: () => void;
}

export class ControlLine {
  readonly element = document.createElement("div");
  private readonly scrubbers: readonly Scrubber<NumberKey, NotebookState>[];
  private readonly mask: Choice<Mask>;
  /** On the right, after where the numbers come from: what can be taken away. */
  readonly tools = document.createElement("div");
  private readonly provenance = document.createElement("p");
  private readonly reset = document.createElement("button");

  constructor(events: ControlEvents) {
    this.scrubbers = numberFields.map(
      (field) =>
        new Scrubber(field, {
          change: (value, settled) => events.change({ [field.key]: value }, settled),
          problem: events.problem,
        }),
    );
    this.mask = new Choice("mask", masks, (mask) => events.change({ mask }, true));
    this.element.className = "controls";
    this.element.setAttribute("part", "controls");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Settings of the experiment");
    this.provenance.className = "provenance";
    this.tools.className = "tools";
    this.reset.type = "button";
    this.reset.textContent = "back to the source experiment";
    this.reset.addEventListener("click", events.reset);
    this.element.append(
      ...this.scrubbers.map(({ element }) => element),
      this.mask.element,
      this.provenance,
      this.tools,
    );
  }

  show(state: NotebookState): void {
    for (const scrubber of this.scrubbers) scrubber.show(state);
    this.mask.show(state.mask);
    const source = isSourceExperiment(state);
    this.provenance.replaceChildren(
      `random weights, seed ${state.seed}\u00a0· `,
      source ? `the source experiment${state.mask === "causal" ? ", masked" : ""}, digit for digit` : this.reset,
    );
  }

  /** The core refused this combination: the values that it is about. */
  set refused(refused: boolean) {
    numberFields.forEach(({ key }, i) => {
      const scrubber = this.scrubbers[i];
      if (scrubber && (key === "width" || key === "heads")) scrubber.invalid = refused;
    });
  }
}
