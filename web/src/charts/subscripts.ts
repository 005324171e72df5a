/** Text in a drawing, parts of which are set lower or higher in small letters: "d_k" is written as a symbol with a subscript. */
import type { BaseType, Selection } from "d3-selection";
import { select } from "d3-selection";
import { atSubscripts } from "../model/subscripts";

type Texts<Datum, Parent extends BaseType, ParentDatum> = Selection<SVGTextElement, Datum, Parent, ParentDatum>;

/** In the size of the text: the size of small letters, and how far subscripts are lowered. */
const size = 0.75;
const lowered = 0.25;

export function writeWithSubscripts<Datum, Parent extends BaseType, ParentDatum>(
  texts: Texts<Datum, Parent, ParentDatum>,
  textOf: (datum: Datum) => string,
): void {
  writeShifted(texts, (datum) => atSubscripts(textOf(datum)), lowered);
}

/** Parts at odd places are small and stand lower by `down` times the size of the text, or higher where that is below 0. */
export function writeShifted<Datum, Parent extends BaseType, ParentDatum>(
  texts: Texts<Datum, Parent, ParentDatum>,
  partsOf: (datum: Datum) => readonly string[],
  down: number,
): void {
  texts.each(function (datum) {
    const parts = partsOf(datum);
    if (parts.length === 1) {
      this.textContent = parts[0] ?? "";
      return;
    }
    this.textContent = "";
    for (const [i, part] of parts.entries()) {
      const span = select(this).append("tspan").text(part);
      // `dy` counts from the part before, in the size of its own part.
      if (i % 2 === 1) span.attr("font-size", `${size}em`).attr("dy", `${down / size}em`);
      else if (i > 0) span.attr("dy", `${-down}em`);
    }
  });
}
