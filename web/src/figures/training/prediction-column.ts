/** Beside a map, in line with its rows: the token that is predicted after each, and how likely the right one was thought. */
import { select } from "d3-selection";
import { fromOklab, toOklab } from "../../charts/color/color";
import { shorten } from "../../charts/format";
import { tokenTicks } from "../../charts/ticks";

export interface Prediction {
  readonly name: string;
  /** p(the right token); null where nothing is asked. */
  readonly probability: number | null;
  readonly right: boolean;
}

const square = 9;

export class PredictionColumn {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");

  constructor() {
    this.element.className = "predictions";
  }

  /** `focus` is the row that is always named. */
  show(predictions: readonly Prediction[], colors: { paper: string; hue: string }, focus: number | null): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (height === 0) return;
    this.svg.attr("viewBox", `0 0 ${width} ${height}`);
    const row = height / predictions.length;
    const named = new Set(tokenTicks(predictions.length, height, 13));
    if (focus !== null) {
      for (const tick of named) if (Math.abs(tick - focus) * row < 13) named.delete(tick);
      named.add(focus);
    }
    const mix = mixer(colors.paper, colors.hue);
    const asked = predictions
      .map((prediction, i) => ({ ...prediction, i }))
      .filter((each) => each.probability !== null);
    this.svg
      .selectAll<SVGRectElement, (typeof asked)[number]>("rect")
      .data(asked, ({ i }) => i)
      .join("rect")
      .attr("x", 0.5)
      .attr("y", ({ i }) => i * row)
      .attr("width", square)
      .attr("height", Math.max(1, row - 1))
      .attr("fill", ({ probability }) => mix(probability ?? 0));
    this.svg
      .selectAll<SVGTextElement, (typeof asked)[number]>("text")
      .data(
        asked.filter(({ i }) => named.has(i)),
        ({ i }) => i,
      )
      .join("text")
      .attr("x", square + 6)
      .attr("y", ({ i }) => (i + 0.5) * row)
      .attr("dy", "0.35em")
      .attr("class", ({ right, i }) => `${right ? "right" : "wrong"}${i === focus ? " focus" : ""}`)
      .text(({ name }) => shorten(name));
  }
}

function mixer(from: string, to: string): (share: number) => string {
  const [a, b] = [toOklab(from), toOklab(to)];
  return (share) => {
    const mix = (k: 0 | 1 | 2) => a[k] + (b[k] - a[k]) * share;
    return `rgb(${fromOklab([mix(0), mix(1), mix(2)]).join()})`;
  };
}
