/** Text in a drawing, in which "K^T" is written with a raised letter: few fonts have the character ᵀ. */
import { type BaseType, type Selection, select } from "d3-selection";

/** In the size of the text: the raised letter's own size, and how far it is raised. */
const size = 0.75;
const raised = 0.34;

export function writeTransposed<Datum, Parent extends BaseType, ParentDatum>(
  texts: Selection<SVGTextElement, Datum, Parent, ParentDatum>,
  textOf: (datum: Datum) => string,
): void {
  texts.each(function (datum) {
    const text = select(this).text("");
    for (const [i, part] of textOf(datum).split("^T").entries()) {
      // `dy` counts from the part before, in the size of its own part.
      if (i > 0)
        text
          .append("tspan")
          .attr("font-size", `${size}em`)
          .attr("dy", `${-raised / size}em`)
          .text("T");
      if (part !== "")
        text
          .append("tspan")
          .attr("dy", i > 0 ? `${raised}em` : null)
          .text(part);
    }
  });
}
