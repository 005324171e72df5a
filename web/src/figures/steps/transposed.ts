/** Text in a drawing, in which "K^T" is written with a raised letter: few fonts have the character ᵀ. */
import type { BaseType, Selection } from "d3-selection";
import { writeShifted } from "../../charts/subscripts";

/** In the size of the text. */
const raised = 0.34;

export function writeTransposed<Datum, Parent extends BaseType, ParentDatum>(
  texts: Selection<SVGTextElement, Datum, Parent, ParentDatum>,
  textOf: (datum: Datum) => string,
): void {
  writeShifted(texts, (datum) => textOf(datum).split(/\^(T)/), -raised);
}
