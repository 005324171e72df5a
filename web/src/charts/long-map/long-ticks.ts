/** Positions along one axis of a long map. Panning moves the group; the texts change only when others come into view. */
import type { Selection } from "d3-selection";
import { positions } from "../format";
import { ticksBetween } from "../ticks";

export class LongTicks {
  private drawn = "";

  constructor(
    private readonly group: Selection<SVGGElement, unknown, null, undefined>,
    private readonly axis: "query" | "key",
  ) {}

  /** Tokens from `start` on, `span` of them in `pixels`; labels at least `apart` pixels from each other. */
  draw(start: number, span: number, pixels: number, apart: number): void {
    const perToken = pixels / span;
    const ticks = ticksBetween(start - 0.5, span, pixels, apart);
    const [first = 0] = ticks;
    const isKey = this.axis === "key";
    const along = (first + 0.5 - start) * perToken;
    this.group.attr("transform", isKey ? `translate(${along},-8)` : `translate(-7,${along})`);
    const drawn = [first, ticks.length, perToken].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.group
      .selectAll<SVGTextElement, number>("text")
      .data(ticks, (token) => token)
      .join("text")
      .attr("class", this.axis)
      .attr(isKey ? "x" : "y", (token) => (token - first) * perToken)
      .text(positions(ticks));
  }
}
