/** Text in a drawing, in which "d_k" is written as a symbol with a subscript. */
import type { BaseType, Selection } from "d3-selection";
import { select } from "d3-selection";
import { atSubscripts } from "../model/subscripts";

/** In the size of the text: a subscript's own size, and how far it is lowered. */
const size = 0.75;
const lowered = 0.25;

export function writeWithSubscripts<Datum, Parent extends BaseType, ParentDatum>(
  texts: Selection<SVGTextElement, Datum, Parent, ParentDatum>,
  textOf: (datum: Datum) => string,
): void {
  texts.each(function (datum) {
    const parts = atSubscripts(textOf(datum));
    if (parts.length === 1) {
      this.textContent = parts[0] ?? "";
      return;
    }
    this.textContent = "";
    for (const [i, part] of parts.entries()) {
      const span = select(this).append("tspan").text(part);
      // `dy` counts from the part before, in the size of its own part.
      if (i % 2 === 1) span.attr("font-size", `${size}em`).attr("dy", `${lowered / size}em`);
      else if (i > 0) span.attr("dy", `${-lowered}em`);
    }
  });
}
