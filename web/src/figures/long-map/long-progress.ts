/** What a cell of the map is at this zoom, and how far the cells in view have come. */

import { count } from "../../charts/format";
import { el } from "../../controls/el";
import { setText } from "../../controls/set-text";
import type { Reduction } from "../../model/long-state";

export interface Progress {
  readonly share: number;
  /** Rows of weights looked at first, of how many. */
  readonly sample: { readonly rows: number; readonly of: number };
}

export class LongProgress {
  private readonly cell = el("p", { class: "cell-meaning" });
  private readonly bar = el("i", { class: "done" });
  private readonly track = el(
    "div",
    {
      class: "progress",
      role: "progressbar",
      "aria-label": "Weights worked out in view",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    },
    this.bar,
  );
  private percent = -1;
  private readonly note = el("p", { class: "progress-note" });
  readonly element = el("div", { class: "state" }, this.cell, this.track, this.note);

  showCell(block: number, reduce: Reduction): void {
    setText(
      this.cell,
      block === 1 ? "Each cell: one weight" : `Each cell: the ${reduce} of ${count(block)} × ${count(block)} weights`,
    );
  }

  /** null: the head is being made. */
  show(progress: Progress | null): void {
    const percent = Math.floor(100 * (progress?.share ?? 0));
    if (percent !== this.percent) {
      this.percent = percent;
      this.bar.style.transform = `scaleX(${percent / 100})`;
      this.track.setAttribute("aria-valuenow", String(percent));
    }
    if (!progress) setText(this.note, "Making the queries and keys …");
    else if (percent === 100) setText(this.note, "Complete: every weight in view went into it.");
    else {
      const { rows, of } = progress.sample;
      setText(this.note, `A sample: ${rows} of every ${count(of)} rows, exact. Refined: ${percent}\u00a0%`);
    }
  }
}
