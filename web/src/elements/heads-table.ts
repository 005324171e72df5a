/** Heads as rows: their map, small; what each looks at as numbers over bars; beside them how they group. */
import { select } from "d3-selection";
import { dendrogramLayout } from "../charts/dendrogram-layout";
import type { Palette } from "../charts/palette";
import { paintSmallMap } from "../charts/small-map";
import { toned } from "../charts/tone";
import { el } from "./el";
import { headColumns } from "./head-columns";
import { mapOfHead, type ShownHeads } from "./shown-heads";

export interface HeadsTableEvents {
  /** Switch a head off, or on again. */
  readonly toggle: (head: number) => void;
  /** The pointer or the focus is at a head, or (null) has left. */
  readonly at: (head: number | null) => void;
}

interface Row {
  readonly row: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly canvas: HTMLCanvasElement;
  readonly cells: readonly HTMLTableCellElement[];
}

export class HeadsTable {
  readonly element: HTMLElement;
  private readonly tree = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  private readonly body = el("tbody");
  private rows: Row[] = [];
  private shown: ShownHeads | null = null;

  constructor(
    caption: string,
    private readonly events: HeadsTableEvents,
  ) {
    const heads = headColumns.map(({ name, meaning }) =>
      el("th", { scope: "col", title: meaning }, el("span", {}, name)),
    );
    const table = el(
      "table",
      { class: "heads-table" },
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "head"), ...heads)),
      this.body,
    );
    this.tree.attr("class", "tree").attr("aria-hidden", "true");
    this.element = el("div", { class: "grouped" }, this.tree.node() ?? "", table);
    table.addEventListener("pointerleave", () => events.at(null));
    table.addEventListener("focusout", () => events.at(null));
  }

  show(shown: ShownHeads, palette: Palette): void {
    this.shown = shown;
    const { set, names, hues, order, off } = shown;
    if (this.rows.length !== names.length) this.rows = names.map((_, head) => this.makeRow(head));
    const tokens = set.weights.shape[2];
    for (const [head, { row, button, canvas, cells }] of this.rows.entries()) {
      const isOff = off.includes(head);
      const name = names[head] ?? "";
      row.style.setProperty("--hue", hues[head] ?? palette.ink);
      row.classList.toggle("off", isOff);
      button.setAttribute("aria-pressed", String(!isOff));
      button.lastElementChild?.replaceChildren(name.replace("Layer ", "").replace(", head ", "."));
      button.setAttribute("aria-label", name);
      const { paper, ink } = palette;
      const map = mapOfHead(set, head);
      paintSmallMap(canvas, toned(map, "row maximum", 1), { paper, ink, hue: hues[head] ?? ink, max: 1 });
      for (const [i, { value, digits, most = tokens }] of headColumns.entries())
        fill(cells[i], value(set, head), digits, most);
    }
    const wanted = order.flatMap((head) => this.rows[head]?.row ?? []);
    // Moving a row would take the focus off its button.
    if (wanted.some((row, i) => this.body.children[i] !== row) || this.body.children.length !== wanted.length) {
      const focused = this.rows.find(({ button }) => button.matches(":focus"));
      this.body.replaceChildren(...wanted);
      focused?.button.focus();
    }
    this.drawTree();
  }

  mark(heads: readonly number[]): void {
    for (const [head, { row }] of this.rows.entries()) row.classList.toggle("pointed", heads.includes(head));
  }

  /** The groups beside their rows, whose height the style sheet sets. */
  drawTree(): void {
    if (!this.shown) return;
    const { set, order, isGrouped } = this.shown;
    const width = this.tree.node()?.clientWidth ?? 0;
    const rowHeight = (this.body.firstElementChild as HTMLElement | null)?.offsetHeight ?? 0;
    if (width === 0 || rowHeight === 0) return;
    const height = rowHeight * order.length;
    const inset = width - 4;
    const joins = isGrouped
      ? dendrogramLayout({ merges: set.merges, order }, { width: inset - 1, rowHeight, max: Math.LN2 })
      : [];
    this.tree.attr("viewBox", `-1 0 ${width} ${height}`).style("height", `${height}px`);
    this.tree
      .selectAll("path")
      .data(joins)
      .join("path")
      .attr("d", ({ path }) => path);
  }

  private makeRow(head: number): Row {
    const { toggle, at } = this.events;
    const canvas = el("canvas");
    const button = el("button", { type: "button" }, canvas, el("span"));
    button.addEventListener("click", () => toggle(head));
    const cells = headColumns.map(() => el("td", {}, el("span"), el("div", { class: "bar" })));
    const row = el("tr", {}, el("th", { scope: "row" }, button), ...cells);
    row.addEventListener("pointerenter", () => at(head));
    button.addEventListener("focus", () => at(head));
    return { row, button, canvas, cells };
  }
}

function fill(cell: HTMLTableCellElement | undefined, value: number | undefined, digits: number, most: number): void {
  const [number, bar] = [...(cell?.children ?? [])] as HTMLElement[];
  if (!number || !bar) return;
  number.textContent = value === undefined ? "–" : value.toFixed(digits);
  bar.style.width = `${100 * Math.min(1, Math.max(0, (value ?? 0) / most))}%`;
}
