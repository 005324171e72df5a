/** One side of the figure of many heads: its heads, and two of them at a time. */
import type { Palette } from "../../charts/color/palette";
import { el } from "../../controls/el";
import type { Reading } from "../../figure/reading";
import { HeadGrid } from "./head-grid";
import { HeadPairs } from "./head-pairs";
import { readHead, readShift } from "./head-readings";
import type { ShownHeads } from "./shown-heads";

export interface HeadPaneEvents {
  readonly toggle: (head: number) => void;
  readonly choose: (a: number, b: number) => void;
  /** What is pointed at, and its hue; null: nothing. */
  readonly read: (reading: Reading | null, hue: string) => void;
}

const titles = { random: "Random heads", trained: "Trained heads", own: "Your heads" } as const;

export class HeadPane {
  readonly heads: HTMLElement;
  readonly pairs: HeadPairs;
  private readonly grid: HeadGrid;
  private readonly source = el("p", { class: "source" });
  private readonly shift = el("p", { class: "shift" });
  private shown: ShownHeads | null = null;
  private pointed: number | null = null;

  constructor(
    side: keyof typeof titles,
    private readonly events: HeadPaneEvents,
  ) {
    const title = titles[side];
    this.grid = new HeadGrid(title, side !== "own", { toggle: events.toggle, at: (head) => this.pointAt(head) });
    this.pairs = new HeadPairs(side, {
      choose: events.choose,
      read: (reading, heads) => {
        this.grid.mark(heads);
        events.read(reading, this.hueOf(heads[0]));
      },
    });
    this.heads = el(
      "section",
      { class: "side", part: side, "aria-label": title },
      el("p", { class: "side-title" }, title),
      this.source,
      this.shift,
      this.grid.element,
    );
  }

  set hidden(isHidden: boolean) {
    this.heads.hidden = isHidden;
    this.pairs.element.hidden = isHidden;
    this.pairs.large.hidden = isHidden;
  }

  /** Reads the sizes, before anything is drawn. */
  measure(): void {
    this.grid.measure();
    this.pairs.measure();
  }

  show(shown: ShownHeads, source: string, palette: Palette, mostDifference: number): void {
    this.shown = shown;
    this.source.textContent = source;
    this.shift.textContent = readShift(shown);
    this.grid.show(shown, palette);
    this.pairs.show(shown, palette, mostDifference);
  }

  /** Reads again what is pointed at, with the numbers of now; false where nothing is. */
  reread(): boolean {
    if (this.pointed === null) return this.pairs.reread();
    this.pointAt(this.pointed);
    return true;
  }

  private pointAt(head: number | null): void {
    this.pointed = head;
    if (!this.shown) return;
    this.grid.mark(head === null ? [] : [head]);
    this.pairs.markHead(head);
    this.events.read(head === null ? null : readHead(this.shown, head), this.hueOf(head));
  }

  private hueOf(head: number | null | undefined): string {
    return this.shown?.hues[head ?? -1] ?? "";
  }
}
