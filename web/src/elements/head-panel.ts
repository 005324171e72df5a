/** One side of the figure of many heads: what each looks at, how unlike they are, and how two of them differ. */
import { divergingRamp, divergingShare } from "../charts/diverging";
import { Heatmap } from "../charts/heatmap";
import type { Palette } from "../charts/palette";
import { ScaleBar } from "../charts/scale-bar";
import type { HeadMap } from "../engine/client";
import { el } from "./el";
import { type Cell, Focus } from "./focus";
import { readDifference, readHead, readPair } from "./head-readings";
import { HeadsTable } from "./heads-table";
import type { Reading } from "./reading";
import { inSentence, mapOfHead, type ShownHeads } from "./shown-heads";

export interface HeadPanelEvents {
  readonly toggle: (head: number) => void;
  /** Two heads whose difference is wanted. */
  readonly choose: (a: number, b: number) => void;
  /** What is pointed at; null: nothing. */
  readonly read: (reading: Reading | null, hue: string) => void;
}

export class HeadPanel {
  readonly element: HTMLElement;
  private readonly title = el("p", { class: "side-title" });
  private readonly table: HeadsTable;
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
    private readonly events: HeadPanelEvents,
  ) {
    this.table = new HeadsTable("Click a head to switch it off", {
      toggle: events.toggle,
      at: (head) => this.pointAt(head),
    });
    this.matrix = new Heatmap(
      `Divergence of each two ${side} heads`,
      { ticks: true, description: "matrix" },
      {
        preview: (place) => this.previewPair(place),
        toggle: (place) => this.choose(place),
        toggleCurrent: () => this.inMatrix.place && this.choose(this.inMatrix.place),
        release: () => this.previewPair(null),
        move: (next) => {
          this.inMatrix.move(next, 0, true);
          this.markPair();
        },
      },
    );
    this.difference = new Heatmap(
      `Difference of two ${side} heads`,
      { ticks: false, description: "map of a difference" },
      {
        preview: (place) => this.previewCell(place),
        toggle: (place) => this.previewCell(place),
        toggleCurrent: () => {},
        release: () => this.previewCell(null),
        move: (next) => {
          this.inDifference.move(next, 0, true);
          this.markCell();
        },
      },
    );
    this.element = el(
      "section",
      { class: "side", part: side, "aria-label": `${side} heads` },
      this.title,
      this.table.element,
      el(
        "div",
        { class: "pairs" },
        el(
          "figure",
          { class: "matrix" },
          el("p", { class: "part-title" }, "How unlike two heads are"),
          el("div", { class: "map-body" }, this.matrix.element),
          this.matrixScale.element,
        ),
        el(
          "figure",
          { class: "difference" },
          this.differenceTitle,
          el("div", { class: "map-body" }, this.difference.element),
          this.differenceScale.element,
        ),
      ),
    );
  }

  /** `mostDifference` is what has the full colours, the same on both sides. */
  show(shown: ShownHeads, title: string, palette: Palette, mostDifference: number): void {
    this.shown = shown;
    const { set, marks, names, order } = shown;
    const { paper, ink, maps } = palette;
    const heads = order.length;
    this.title.textContent = title;
    this.table.show(shown, palette);

    const divergence = new Float32Array(heads * heads);
    for (const [row, a] of order.entries())
      for (const [column, b] of order.entries())
        divergence[row * heads + column] = set.divergence.data[a * heads + b] as number;
    const atPlace = (place: number) => marks[order[place] ?? 0] ?? "";
    this.matrix.nameTicks({ query: atPlace, key: atPlace }, false);
    this.matrix.measure();
    this.matrix.show(square(divergence, heads), { paper, ink, hue: maps[0] ?? ink, max: Math.LN2 });
    this.matrixScale.show(Math.LN2, paper, [maps[0] ?? ink], "divergence, nats; ln 2: nothing in common");

    const [a, b] = set.pair;
    const map = mapOfHead(set, a);
    const shares = set.difference.data.map((value) => divergingShare(value, mostDifference));
    const ramp = divergingRamp(paper, maps[1] ?? "", maps[2] ?? "");
    this.difference.measure();
    this.difference.show(
      { ...square(shares, map.queries), visibleKeys: map.visibleKeys },
      { paper, ink, hue: ink, max: 1, ramp },
    );
    this.differenceTitle.textContent = `${names[a] ?? ""} less ${inSentence(names[b] ?? "")}`;
    this.differenceScale.showDiverging(mostDifference, ramp, `more by ${marks[b]} · 0 · more by ${marks[a]}`);
    this.inMatrix.resting = { query: order.indexOf(a), key: order.indexOf(b), map: 0 };
    this.matrix.mark(this.inMatrix.place);
    this.difference.mark(this.inDifference.place);
  }

  resize(): void {
    for (const map of [this.matrix, this.difference]) {
      map.measure();
      map.resize();
    }
    this.matrixScale.resize();
    this.differenceScale.resize();
    this.table.drawTree();
  }

  private pointAt(head: number | null): void {
    if (!this.shown) return;
    const place = head === null ? -1 : this.shown.order.indexOf(head);
    this.inMatrix.preview = place < 0 ? null : { query: place, key: null, map: 0 };
    this.matrix.mark(this.inMatrix.place);
    this.table.mark(head === null ? [] : [head]);
    this.events.read(head === null ? null : readHead(this.shown, head), this.hueOf(head));
  }

  private previewPair(place: { query: number; key: number | null } | null): void {
    this.inMatrix.preview = place && { ...place, map: 0 };
    this.markPair();
  }

  private markPair(): void {
    if (!this.shown) return;
    const { preview, place } = this.inMatrix;
    const { order } = this.shown;
    const [a, b] = [order[preview?.query ?? -1], order[preview?.key ?? -1]];
    this.matrix.mark(place);
    this.table.mark([a, b].filter((head) => head !== undefined));
    this.events.read(a === undefined || b === undefined ? null : readPair(this.shown, a, b), this.hueOf(a ?? null));
  }

  private choose({ query, key }: { query: number; key: number | null }): void {
    const { order } = this.shown ?? { order: [] };
    const [a, b] = [order[query], order[key ?? -1]];
    if (a !== undefined && b !== undefined) this.events.choose(a, b);
  }

  private previewCell(place: { query: number; key: number | null } | null): void {
    this.inDifference.preview = place && { ...place, map: 0 };
    this.markCell();
  }

  private markCell(): void {
    if (!this.shown) return;
    const { preview, place } = this.inDifference;
    this.difference.mark(place);
    const cell: Cell | null = preview && { query: preview.query, key: preview.key ?? 0 };
    this.events.read(cell && readDifference(this.shown, cell), this.hueOf(this.shown.set.pair[0]));
  }

  private hueOf(head: number | null): string {
    return this.shown?.hues[head ?? -1] ?? "";
  }
}

/** A matrix of any numbers as the heatmap takes it; what it says of entropies is not asked. */
const square = (weights: Float32Array, size: number): HeadMap => ({
  queries: size,
  keys: size,
  weights,
  entropy: new Float32Array(size),
  normalisedEntropy: new Float32Array(size),
  visibleKeys: new Float32Array(size).fill(size),
  meanWeight: 0,
  maxWeight: 0,
  minWeight: 0,
  meanEntropy: 0,
});
