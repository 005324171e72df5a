/** How unlike each two heads of one side are, how they group, and what two of them do differently. */

import { divergingRamp, divergingShare } from "../../charts/color/diverging";
import type { Palette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap } from "../../charts/heatmap/heatmap";
import { el } from "../../controls/el";
import { type Cell, Focus, focusEvents } from "../../figure/maps/focus";
import { mapBody } from "../../figure/maps/map-body";
import { seenByEither } from "../../figure/maps/seen-by-either";
import type { Reading } from "../../figure/reading";
import { Dendrogram } from "./dendrogram";
import { readDifference, readPair } from "./head-readings";
import { LargeHead } from "./large-head";
import { mapOfHead, type ShownHeads } from "./shown-heads";

export interface HeadPairsEvents {
  /** Two heads whose difference is wanted. */
  readonly choose: (a: number, b: number) => void;
  /** What is pointed at, and the heads that it is about; null: nothing. */
  readonly read: (reading: Reading | null, heads: readonly number[]) => void;
}

export class HeadPairs {
  readonly element: HTMLElement;
  /** The two heads whose difference is shown, beside each other. */
  readonly large: HTMLElement;
  private readonly both: readonly LargeHead[];
  private readonly tree = new Dendrogram();
  private readonly matrix: Heatmap;
  private readonly matrixScale = new ScaleBar();
  private readonly difference: Heatmap;
  private readonly differenceScale = new ScaleBar();
  private readonly differenceTitle = el("p", { class: "part-title" });
  private readonly inMatrix = new Focus();
  private readonly inDifference = new Focus();
  private shown: ShownHeads | null = null;

  constructor(
    side: string,
    private readonly events: HeadPairsEvents,
  ) {
    const name = `Two ${side} heads`;
    const inDifference = focusEvents(this.inDifference, 0, () => this.markCell());
    this.both = [new LargeHead(inDifference), new LargeHead(inDifference)];
    this.large = el(
      "div",
      { class: "pairs large", role: "group", "aria-label": name },
      el("p", { class: "side-title" }, name),
      ...this.both.map(({ element }) => element),
    );
    this.matrix = new Heatmap(
      `Divergence between each two of the ${side} heads`,
      { ticks: true, description: "matrix" },
      {
        ...focusEvents(this.inMatrix, 0, () => this.markPair()),
        toggle: ({ query, key }) => this.choose({ query, key: key ?? 0 }),
        toggleCurrent: () => {
          const { place } = this.inMatrix;
          if (place) this.choose({ query: place.query, key: place.key ?? 0 });
        },
      },
    );
    this.difference = new Heatmap(
      `Difference of the weights of two ${side} heads`,
      { ticks: false, description: "map of a difference" },
      inDifference,
    );
    this.element = el(
      "div",
      { class: "pairs", role: "group", "aria-label": `${side} heads, two at a time` },
      el(
        "figure",
        { class: "matrix" },
        el("p", { class: "part-title" }, "Divergence between heads"),
        this.tree.element,
        el("div", { class: "map-body" }, this.matrix.element),
        this.matrixScale.element,
      ),
      el(
        "figure",
        { class: "difference" },
        this.differenceTitle,
        mapBody(this.difference.element),
        this.differenceScale.element,
      ),
    );
  }

  measure(): void {
    this.matrix.measure();
    this.difference.measure();
    this.tree.measure();
    this.matrixScale.measure();
    this.differenceScale.measure();
    for (const head of this.both) head.measure();
  }

  /** `mostDifference` is what has the full colours, the same on both sides. */
  show(shown: ShownHeads, palette: Palette, mostDifference: number): void {
    this.shown = shown;
    this.showMatrix(shown, palette);
    this.showDifference(shown, palette, mostDifference);
    if (this.large.isConnected) this.showLarge(shown, palette);
    this.markDifference();
  }

  private showLarge(shown: ShownHeads, palette: Palette): void {
    const { set } = shown;
    const maps = set.pair.map((head) => mapOfHead(set, head).weights);
    const max = maps.reduce((most, weights) => largestOf(weights, most), 0);
    for (const [i, head] of this.both.entries()) head.show(shown, set.pair[i as 0 | 1], palette, max);
  }

  private showMatrix({ set, names, order, isGrouped }: ShownHeads, { paper, ink, maps }: Palette): void {
    const heads = order.length;
    const [a, b] = set.pair;
    const divergence = Float32Array.from({ length: heads * heads }, (_, i) =>
      divergenceOf(set, order[Math.floor(i / heads)] ?? 0, order[i % heads] ?? 0),
    );
    const nameAt = (place: number) => names[order[place] ?? 0] ?? "";
    const hue = maps[0] ?? ink;
    this.tree.show(isGrouped ? { merges: set.merges, order } : null, Math.LN2);
    this.matrix.nameTicks({ query: nameAt, key: nameAt }, false);
    this.inMatrix.resting = { query: order.indexOf(a), key: order.indexOf(b), map: 0 };
    const cells = {
      queries: heads,
      keys: heads,
      weights: divergence,
      visibleKeys: new Float32Array(heads).fill(heads),
    };
    this.matrix.show(cells, { paper, ink, hue, max: Math.LN2 });
    this.matrix.mark(this.inMatrix.place);
    this.matrixScale.show(Math.LN2, paper, [hue], "divergence, nats");
  }

  private showDifference({ set, names }: ShownHeads, { paper, ink, maps }: Palette, most: number): void {
    const [a, b] = set.pair;
    const seen = seenByEither(mapOfHead(set, a), mapOfHead(set, b));
    const weights = set.difference.data.map((value) => divergingShare(value, most));
    const ramp = divergingRamp(paper, maps[1] ?? ink, maps[2] ?? ink);
    this.difference.show({ ...seen, weights }, { paper, ink, hue: ink, max: 1, ramp });
    this.differenceTitle.textContent = `Head ${names[a]} − head ${names[b]}`;
    this.differenceScale.showDiverging(most, ramp, `more in ${names[b]} · more in ${names[a]}`);
  }

  /** Bands a head's row; null: back to the pair that is compared. */
  markHead(head: number | null): void {
    const place = head === null ? -1 : (this.shown?.order.indexOf(head) ?? -1);
    this.matrix.mark(place < 0 ? this.inMatrix.place : { query: place, key: null });
  }

  private headsAt({ query, key }: { query: number; key: number | null }): [number, number] | null {
    const { order } = this.shown ?? { order: [] };
    const [a, b] = [order[query], order[key ?? 0]];
    return a === undefined || b === undefined ? null : [a, b];
  }

  private choose(cell: Cell): void {
    const heads = this.headsAt(cell);
    if (heads) this.events.choose(...heads);
  }

  /** Reads again what is pointed at, with the numbers of now; false where nothing is. */
  reread(): boolean {
    if (this.inMatrix.preview) this.markPair();
    else if (this.inDifference.locked ?? this.inDifference.preview) this.markCell();
    else return false;
    return true;
  }

  private markPair(): void {
    const { preview, place } = this.inMatrix;
    this.matrix.mark(place);
    const heads = preview && this.headsAt(preview);
    this.events.read(heads && this.shown ? readPair(this.shown, ...heads) : null, heads ?? []);
  }

  /** The same cell in both heads and in their difference; null: none is pointed at. */
  private markDifference(): Cell | null {
    const { place } = this.inDifference;
    const at = place && { query: place.query, key: place.key ?? 0 };
    this.difference.mark(place);
    for (const head of this.both) head.mark(at);
    return at;
  }

  private markCell(): void {
    const at = this.markDifference();
    const read = at && this.shown ? readDifference(this.shown, at) : null;
    this.events.read(read, read ? (this.shown?.set.pair ?? []) : []);
  }
}

export const largestOf = (values: Float32Array, least: number): number =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), least);

export const divergenceOf = ({ divergence }: ShownHeads["set"], a: number, b: number): number =>
  divergence.data[a * divergence.shape[3] + b] ?? 0;
