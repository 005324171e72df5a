/** How things group, drawn above them: two groups meet at the height of their distance, on a square-root scale. */
import { select } from "d3-selection";

export interface Grouping {
  readonly merges: readonly { readonly left: number; readonly right: number; readonly distance: number }[];
  /** The things from left to right. */
  readonly order: readonly number[];
}

export interface DendrogramSize {
  readonly width: number;
  readonly height: number;
  /** The distance at the top edge; 0 is at the bottom. */
  readonly max: number;
}

/** For each merge a path from the left group to the right one, by way of where they meet. Pure. */
export function dendrogramLayout({ merges, order }: Grouping, { width, height, max }: DendrogramSize): string[] {
  const ends: { x: number; y: number }[] = [];
  for (const [place, thing] of order.entries()) ends[thing] = { x: ((place + 0.5) * width) / order.length, y: height };
  return merges.map(({ left, right, distance }, k) => {
    const y = height * (1 - Math.sqrt(Math.min(1, Math.max(0, distance / max))));
    const [from, to] = [ends[left], ends[right]];
    if (!from || !to) throw new Error(`merge ${k} is of groups that are not there yet`);
    ends[order.length + k] = { x: (from.x + to.x) / 2, y };
    return `M${from.x},${from.y}V${y}H${to.x}V${to.y}`;
  });
}

export class Dendrogram {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private size = { width: 0, height: 0 };

  constructor() {
    this.element.className = "dendrogram";
  }

  measure(): void {
    this.size = { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  /** null: the order is not that of the groups. */
  show(grouping: Grouping | null, max: number): void {
    const { width, height } = this.size;
    this.svg
      .attr("viewBox", `0 0 ${width} ${height}`)
      .selectAll("path")
      .data(grouping ? dendrogramLayout(grouping, { ...this.size, max }) : [])
      .join("path")
      .attr("d", (path) => path);
  }
}
