/** A head as lines from queries to the keys that they attend to; what is below a threshold is counted and not drawn. */
import { reading } from "../../../charts/format";
import { el } from "../../../controls/el";
import type { HeadCells } from "./head-cells";

export interface Line {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
}

/** Tokens beyond which lines are no picture any more. */
const mostTokens = 120;
const rowHeight = 18;

/** Weights of at least the threshold, and how many others there are. */
export function linesOf(
  { weights, queries, keys, visible }: Pick<HeadCells, "weights" | "queries" | "keys" | "visible">,
  threshold: number,
): { readonly lines: readonly Line[]; readonly rest: number } {
  const lines: Line[] = [];
  let rest = 0;
  for (let query = 0; query < queries; query++)
    for (let key = 0; key < keys; key++) {
      const at = query * keys + key;
      if (visible && visible[at] === 0) continue;
      const weight = weights[at] as number;
      if (weight >= threshold) lines.push({ query, key, weight });
      else rest++;
    }
  return { lines, rest };
}

/** So high that there are about two lines a query. */
export function startingThreshold({ weights, queries }: Pick<HeadCells, "weights" | "queries">): number {
  const sorted = Float32Array.from(weights).sort();
  const at = Math.max(0, sorted.length - 2 * queries);
  const value = sorted[at] ?? 0;
  return Math.min(0.5, Math.max(0.01, Math.round(value * 100) / 100));
}

export class Arcs {
  readonly element: HTMLElement;
  private readonly picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly threshold = el("input", { type: "range", min: "0.01", max: "1", step: "0.01", name: "threshold" });
  private readonly rest = el("p", { class: "facts" });
  private drawn: HeadCells | null = null;
  private names: { queries: readonly string[]; keys: readonly string[] } = { queries: [], keys: [] };
  private isMoved = false;

  constructor() {
    this.threshold.addEventListener("input", () => {
      this.isMoved = true;
      this.draw();
    });
    this.picture.setAttribute("role", "img");
    this.element = el(
      "div",
      { class: "arcs" },
      el("label", { class: "threshold" }, "weights from ", this.threshold),
      this.rest,
      this.picture,
    );
  }

  show(cells: HeadCells | null, names: { queries: readonly string[]; keys: readonly string[] }): void {
    if (cells === this.drawn && names === this.names) return;
    this.names = names;
    this.drawn = cells;
    if (cells && !this.isMoved) this.threshold.value = String(startingThreshold(cells));
    this.draw();
  }

  private draw(): void {
    const { drawn: cells, picture, names } = this;
    picture.replaceChildren();
    this.rest.textContent = "";
    if (!cells) return;
    if (Math.max(cells.queries, cells.keys) > mostTokens) {
      this.rest.textContent = `Lines are drawn for at most ${mostTokens} tokens; the map shows longer texts.`;
      return;
    }
    const threshold = Number(this.threshold.value);
    const { lines, rest } = linesOf(cells, threshold);
    this.rest.textContent = `${lines.length} weights from ${threshold.toFixed(2)} are drawn; ${rest} smaller ones are not.`;
    picture.setAttribute("aria-label", this.rest.textContent);
    const rows = Math.max(cells.queries, cells.keys);
    const height = rows * rowHeight;
    picture.setAttribute("viewBox", `0 0 360 ${height}`);
    const middle = (i: number) => (i + 0.5) * rowHeight;
    const svg = (name: string, attributes: Record<string, string | number>, text = "") => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
      made.textContent = text;
      return made;
    };
    for (const { query, key, weight } of lines) {
      const [from, to] = [middle(query), middle(key)];
      const path = svg("path", {
        d: `M118 ${from}C180 ${from} 180 ${to} 242 ${to}`,
        "stroke-opacity": Math.max(0.12, weight).toFixed(3),
        "stroke-width": (0.6 + 2.4 * weight).toFixed(2),
      });
      path.append(svg("title", {}, `query ${query} gives key ${key} a weight of ${reading(weight)}`));
      picture.append(path);
    }
    const name = (text: string | undefined) => {
      const trimmed = (text ?? "").trim() || "␣";
      return trimmed.length > 14 ? `${trimmed.slice(0, 13)}…` : trimmed;
    };
    for (let i = 0; i < cells.queries; i++)
      picture.append(
        svg("text", { x: 112, y: middle(i) + 4, "text-anchor": "end" }, name(names.queries[cells.firstQuery + i])),
      );
    for (let i = 0; i < cells.keys; i++)
      picture.append(svg("text", { x: 248, y: middle(i) + 4 }, name(names.keys[cells.firstKey + i])));
  }
}
