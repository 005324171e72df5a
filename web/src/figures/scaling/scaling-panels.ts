/** The pictures of the scaling figure: q·k and one row of weights, without the scale and with it; curves over d_k. */

import type { Palette } from "../../charts/color/palette";
import { CurveChart } from "../../charts/curves/curve-chart";
import { count, reading } from "../../charts/format";
import type { ScalingResult } from "../../compute/lab";
import { el } from "../../controls/el";
import { withSubscripts } from "../../controls/subscripts";
import { DistributionChart } from "./distribution-chart";
import { curveData, type Measure, measures, threeDigits, type Way, ways } from "./scaling-curves";
import { queries, repeats } from "./scaling-points";
import { WeightStrip } from "./weight-strip";

/** How far the axis of q·k reaches: three deviations of d_k = 1024, so that wider bells leave it. */
const reach = 96;
/** The bins span four deviations to both sides. */
const range = 4;
const bells = [16, 64, 256, 1024, 4096];

export interface PanelEvents {
  readonly preview: (dim: number | null) => void;
  readonly choose: (dim: number, settled: boolean) => void;
}

export interface Shown {
  readonly dim: number;
  readonly keys: number;
  readonly present: ScalingResult;
  readonly curve: readonly (readonly [dim: number, result: ScalingResult])[];
}

/** A picture with its name and, on the right, what it says in numbers. */
class Panel {
  readonly element: HTMLElement;
  private readonly facts = el("span", { class: "facts" });

  constructor(part: string, title: string, ...body: Node[]) {
    this.element = el(
      "figure",
      { class: "panel", "data-part": part, "aria-label": title },
      el("div", { class: "panel-head" }, el("span", { class: "title" }, ...withSubscripts(title)), this.facts),
      ...body,
    );
  }

  say(...facts: readonly (Node | string)[]): void {
    this.facts.replaceChildren(...facts);
  }
}

const colored = (text: string, color: string) => {
  const element = el("b", {}, text);
  element.style.color = color;
  return element;
};

export class ScalingPanels {
  readonly element: HTMLElement;
  private readonly sides: readonly {
    readonly way: Way;
    readonly panel: Panel;
    readonly chart: DistributionChart;
    readonly strip: WeightStrip;
    readonly weights: HTMLElement;
  }[];
  private readonly curves: readonly {
    readonly measure: Measure;
    readonly panel: Panel;
    readonly chart: CurveChart;
  }[];
  private readonly legend = el("div", { class: "legend" });

  constructor(events: PanelEvents) {
    this.sides = (["unscaled", "scaled"] as const).map((way) => {
      const chart = new DistributionChart();
      const strip = new WeightStrip();
      const weights = el("p", { class: "strip-caption" });
      const title = way === "unscaled" ? "q·k without the scale" : "q·k ÷ √d_k";
      return { way, chart, strip, weights, panel: new Panel(way, title, chart.element, strip.element, weights) };
    });
    this.curves = (Object.keys(measures) as Measure[]).map((measure) => {
      const chart = new CurveChart("d_k", events);
      return { measure, chart, panel: new Panel(measure, measures[measure].title, chart.element) };
    });
    this.element = el(
      "div",
      { class: "scaling" },
      el("div", { class: "sides" }, ...this.sides.map(({ panel }) => panel.element)),
      el("div", { class: "curves" }, ...this.curves.map(({ panel }) => panel.element), this.legend),
    );
  }

  show(shown: Shown, palette: Palette): void {
    const colors = [palette.maps[2] ?? palette.ink, palette.maps[1] ?? palette.ink];
    this.sides.forEach((_, i) => {
      this.showSide(i, shown, colors[i] ?? palette.ink);
    });
    this.showCurves(shown, colors, palette);
    this.writeLegend(shown, colors);
  }

  showCurves({ dim, keys, present, curve }: Shown, colors: readonly string[], palette: Palette): void {
    for (const { measure, panel, chart } of this.curves) {
      chart.show(curveData(measure, curve, [dim, present], keys), colors, palette);
      const { of, middle, format } = measures[measure];
      panel.say(
        ...ways.flatMap(({ key }, i) => [
          i === 0 ? "" : " · ",
          colored(format(middle(of(present[key]))), colors[i] ?? ""),
        ]),
      );
    }
  }

  private showSide(index: number, { dim, keys, present }: Shown, color: string): void {
    const side = this.sides[index];
    if (!side) return;
    const { way, panel, chart, strip, weights } = side;
    const { measured, exact, normal } = present;
    const wide = way === "unscaled";
    const others = bells.filter((other) => Math.abs(Math.log2(other / dim)) >= 1);
    chart.show(
      {
        measured: measured.data,
        exact: exact.data,
        normal: normal.data,
        range,
        deviation: wide ? Math.sqrt(dim) : 1,
        reach: wide ? reach : range,
        name: wide ? String(dim) : "",
        others: wide ? others.map((other) => ({ name: String(other), deviation: Math.sqrt(other) })) : [],
      },
      color,
    );
    const { variance, firstRow } = present[way];
    panel.say("variance ", colored(threeDigits(variance.mean), color), `, theory ${wide ? count(dim) : 1}`);
    strip.show(firstRow.data, color);
    const largest = firstRow.data.reduce((a, b) => Math.max(a, b), 0);
    weights.replaceChildren(
      `The first query’s ${keys} weights, largest first: the first is `,
      colored(reading(largest), color),
    );
  }

  private writeLegend({ keys }: Shown, colors: readonly string[]): void {
    const rows = queries * repeats;
    this.legend.replaceChildren(
      el(
        "p",
        {},
        ...ways.flatMap(({ key, in: words }, i) => [
          i === 0 ? "Softmax over " : " and ",
          ...(i === 0 ? [`${keys} keys, `] : []),
          colored(key === "unscaled" ? words : "with the scale", colors[i] ?? ""),
        ]),
        ".",
      ),
      el("p", {}, `Lines: the median of ${rows} rows, and for the variance the mean of ${repeats} repeats.`),
      el("p", {}, `Bands: the middle 80 % of them. One row in ten lies above, one below.`),
      el("p", {}, ...withSubscripts("Dotted: theory. Drag along a chart to set d_k.")),
    );
  }
}
