/** The chosen head, large, on a sequence with its tokens; beside each query what the network says comes next. */

import type { Palette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap } from "../../charts/heatmap/heatmap";
import type { Example } from "../../compute/training/training-protocol";
import { el } from "../../controls/el";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { mapBody } from "../../figure/maps/map-body";
import type { Readout } from "../../figure/readout";
import { headName, hueOfHead, sameHead } from "../../figure/trained/head-labels";
import type { MapView } from "./moment";
import { type Prediction, PredictionColumn } from "./prediction-column";
import { readTraining, scoresInWords } from "./training-sentences";

export class TrainingMap {
  readonly element: HTMLElement;
  private readonly heatmap: Heatmap;
  private readonly predictions = new PredictionColumn();
  private readonly scale = new ScaleBar();
  private readonly title = el("span", { class: "title" });
  private readonly mean = el("span", { class: "mean" });
  private readonly body: HTMLElement;
  private readonly focus = new Focus();
  private view: MapView | null = null;
  private palette: Palette | null = null;
  private named = "";

  constructor(private readonly readout: Readout) {
    const events = focusEvents(this.focus, 0, () => this.mark());
    this.heatmap = new Heatmap("Attention weights of the chosen head", { ticks: true }, events);
    const next = el("span", { class: "axis next" }, "next");
    this.body = mapBody(this.heatmap.element, this.predictions.element, next);
    this.element = el(
      "div",
      { class: "large" },
      el(
        "figure",
        { class: "map", part: "map", "aria-label": "The chosen head" },
        el("div", { class: "map-head" }, this.title, this.mean),
        this.body,
      ),
      this.scale.element,
      el(
        "p",
        { class: "legend" },
        "next: the predicted token, struck through where it is wrong. Its square: the probability of the right token.",
      ),
      readout.element,
    );
    this.scale.reserve(1, "weight, linear");
  }

  show(view: MapView, palette: Palette): void {
    const before = this.view;
    this.view = view;
    this.palette = palette;
    const { inspection, example, vocabulary, head } = view;
    const map = inspection.maps[head.layer]?.[head.head];
    if (!map) return;
    const hue = hueOfHead(palette, head.head);
    const name = (index: number) => vocabulary[example.tokens[index] ?? -1] ?? String(index);
    const tokens = example.tokens.join();
    if (this.named !== tokens) {
      this.heatmap.nameTicks({ query: name, key: name });
      this.element.classList.toggle(
        "words",
        vocabulary.some((word) => word.length > 3),
      );
      this.named = tokens;
      this.focus.keepInside(map);
    }
    this.heatmap.measure();
    this.heatmap.show(map, { paper: palette.paper, ink: palette.ink, hue, max: 1 });
    if (!before || !sameHead(before.head, head) || this.scaleHue !== hue) {
      this.scaleHue = hue;
      this.scale.show(1, palette.paper, [hue], "weight, linear");
    }
    this.title.textContent = `Layer ${head.layer + 1}, head ${head.head + 1}${view.isOff ? ", switched off" : ""}`;
    this.title.style.color = hue;
    this.mean.textContent = view.scores ? scoresInWords(view.scores) : "";
    this.element.setAttribute("data-head", headName(head));
    this.focus.resting = {
      query: restingQuery(example),
      key: strongest(map.weights, map.keys, restingQuery(example)),
      map: 0,
    };
    this.mark();
  }

  private scaleHue = "";

  resize(): void {
    this.heatmap.measure();
    this.heatmap.resize();
    this.scale.resize();
    this.mark();
  }

  private mark(): void {
    const { view, palette, focus } = this;
    if (!view || !palette) return;
    const { place } = focus;
    this.heatmap.mark(place);
    this.element.classList.toggle("locked", focus.locked !== null);
    const colors = { paper: palette.paper, hue: palette.maps[0] ?? palette.ink };
    this.predictions.show(predictionsOf(view), colors, place?.query ?? null);
    const aloud = Boolean(focus.preview ?? focus.locked);
    this.readout.show(place && readTraining(view, place), hueOfHead(palette, view.head.head), aloud);
  }
}

export function predictionsOf({
  inspection,
  example,
  vocabulary,
}: Pick<MapView, "inspection" | "example" | "vocabulary">): Prediction[] {
  return example.tokens.map((_, i) => {
    const target = example.targets[i] ?? -1;
    const predicted = inspection.predictions[i] ?? -1;
    return {
      name: vocabulary[predicted] ?? "",
      probability: target < 0 ? null : (inspection.probabilities[i * vocabulary.length + target] ?? 0),
      right: predicted === target,
    };
  });
}

/** Nobody points: a place that is asked, late enough to have something to look back at. */
function restingQuery({ targets, tokens }: Example): number {
  const asked = targets.flatMap((target, i) => (target >= 0 ? [i] : []));
  return asked[Math.floor(asked.length / 2)] ?? tokens.length - 1;
}

function strongest(weights: Float32Array, keys: number, query: number): number {
  let best = 0;
  for (let key = 0; key <= query; key++)
    if ((weights[query * keys + key] ?? 0) > (weights[query * keys + best] ?? 0)) best = key;
  return best;
}
