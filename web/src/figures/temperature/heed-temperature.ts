/**
 * <heed-temperature>: temperature and entropy. The logits of eight queries, to be dragged; the weights that a softmax makes of
 * them, from one-hot to uniform; and their entropy between its bounds, over temperatures and over queries.
 * Attributes: temperature, mask (none or causal), unit (nats, bits or normalised), query, scores.
 */

import { ScaleBar } from "../../charts/color/scale-bar";
import { CurveChart } from "../../charts/curves/curve-chart";
import type { CurveData, Theory } from "../../charts/curves/curve-layout";
import { EntropyChart } from "../../charts/curves/entropy-chart";
import {
  axisName,
  type Entropies,
  type EntropyUnit,
  entropyUnits,
  inUnit,
  largestInUnit,
  largestName,
} from "../../charts/curves/entropy-unit";
import { Heatmap } from "../../charts/heatmap/heatmap";
import { type DescribedMap, engine } from "../../compute/client";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { Focus } from "../../figure/maps/focus";
import attention from "../../figure/styles/attention.css?inline";
import curves from "../../figure/styles/curves.css?inline";
import { bySecondDigit, type Mask, masks } from "../../model/fields";
import { dataOfMaps, type FigureData } from "../../model/figure-data";
import type { Place } from "../../model/place";
import { choiceSetting, numberSetting, type Settings } from "../../model/settings";
import { ScoreRows } from "./score-rows";
import { isByHand, type Scores, scoresByHand, scoresSetting, size, tokens, withScore } from "./scores";
import { entropyOver, temperatures, weightsAt } from "./temperature";
import css from "./temperature.css?inline";
import { readTemperature, tokenNames } from "./temperature-reading";

export interface TemperatureState {
  readonly temperature: number;
  readonly mask: Mask;
  readonly unit: EntropyUnit;
  readonly query: number;
  readonly scores: Scores;
}

export interface TemperatureNumbers {
  readonly map: DescribedMap;
  /** (queries × temperatures) */
  readonly curves: Entropies;
}

/** Two digits. */
const snapped = (temperature: number) => Number(temperature.toPrecision(2));

/** Without the control of a number: the row is chosen on the maps. */
const { number: _, ...querySetting } = numberSetting("query", { default: size - 1, min: 0, max: size - 1 });

const settings: Settings<TemperatureState> = {
  temperature: numberSetting("temperature", {
    default: 1,
    min: 0.01,
    max: 100,
    whole: false,
    step: bySecondDigit,
    slider: snapped,
  }),
  mask: choiceSetting("mask", masks),
  unit: choiceSetting("unit", entropyUnits, { label: "entropy" }),
  query: querySetting,
  scores: scoresSetting,
};
const sheet = sheetOf(attention, curves, css);

export class HeedTemperature extends FigureElement<TemperatureState, TemperatureNumbers> {
  static readonly observedAttributes = attributesOf(settings);

  private readonly places = new Focus();
  private readonly rows: ScoreRows;
  private readonly curve: CurveChart;
  private readonly heatmap: Heatmap;
  private readonly entropy: EntropyChart;
  private readonly scale = new ScaleBar();
  private readonly rowTitle = el("span", { class: "title" });
  private readonly curveTitle = el("span", { class: "title" });
  private readonly curveValue = el("span", { class: "facts" });
  private readonly reset = el("button", { type: "button", class: "not-exported" }, "reset logits");
  private shownNumbers: TemperatureNumbers | null = null;

  constructor() {
    super({
      settings,
      label: "Temperature and entropy",
      hint: "Drag the temperature, or a logit. Point at a row of the map to see its weights. Click to keep it.",
      viewSettings: ["query", "unit"],
      sheet,
    });
    const act = (change: (focus: Focus) => void) => {
      change(this.places);
      this.mark();
    };
    const keep = () => {
      const { place } = this.places;
      if (place && place.query !== this.state.query) this.change({ query: place.query }, true);
    };
    const events = {
      preview: (place: Omit<Place, "map"> | null) => act((focus) => (focus.preview = place && { ...place, map: 0 })),
      toggle: (place: Omit<Place, "map">) => {
        act((focus) => focus.toggle({ ...place, map: 0 }));
        keep();
      },
      toggleCurrent: () => {
        act((focus) => focus.place && focus.toggle(focus.place));
        keep();
      },
      release: () => act((focus) => focus.release()),
    };
    this.rows = new ScoreRows({
      score: (key, score, settled) =>
        this.change({ query: this.row, scores: withScore(this.state.scores, this.row, key, score) }, settled),
      preview: (key) => events.preview(key === null ? null : { query: this.row, key }),
    });
    this.curve = new CurveChart("T", {
      preview: () => {},
      choose: (temperature, settled) => this.change({ temperature: snapped(temperature) }, settled),
    });
    this.heatmap = new Heatmap(
      "Weights of every query",
      { ticks: true },
      { ...events, move: (next) => act((focus) => focus.move(next, 0, true)) },
    );
    this.heatmap.nameTicks(tokenNames);
    this.entropy = new EntropyChart({ ...events, move: (next) => act((focus) => focus.move(next, 0, false)) });
    this.reset.addEventListener("click", () => this.change({ scores: scoresByHand }, true));
    this.drawing.append(this.layOut());
  }

  private layOut(): HTMLElement {
    const head = (...parts: Node[]) => el("div", { class: "panel-head" }, ...parts);
    const panel = (part: string, label: string, ...parts: Node[]) =>
      el("figure", { class: "panel", "data-part": part, "aria-label": label }, ...parts);
    const body = el(
      "div",
      { class: "map-body" },
      this.heatmap.element,
      el("span", { class: "axis key" }, "key"),
      el("span", { class: "axis query" }, "query"),
    );
    return el(
      "div",
      { class: "temperature" },
      panel("row", "One query’s logits and weights", head(this.rowTitle, this.reset), this.rows.element),
      panel("curve", "Its entropy over temperatures", head(this.curveTitle, this.curveValue), this.curve.element),
      panel("map", "Weights of every query", el("div", { class: "single" }, body, this.scale.element)),
      panel("queries", "Entropy of every query", this.entropy.element),
    );
  }

  protected async compute(
    { scores, temperature, mask }: TemperatureState,
    signal: AbortSignal,
  ): Promise<TemperatureNumbers> {
    const causal = mask === "causal";
    const [map, entropies] = await Promise.all([
      weightsAt(engine, scores, temperature, causal, signal),
      this.parts.get("entropies", { mask, scores }, () => entropyOver(engine, scores, causal, signal)),
    ]);
    return { map, curves: entropies };
  }

  protected draw(numbers: TemperatureNumbers, state: TemperatureState, isNew: boolean): void {
    const { places: focus, colors } = this;
    const changed = isNew && this.shownNumbers !== null;
    this.shownNumbers = numbers;
    focus.resting = { query: state.query, key: null, map: 0 };
    if (focus.locked && focus.locked.query !== state.query) focus.release();
    // Kept in its place, so that nothing moves while a score is dragged.
    this.reset.style.visibility = isByHand(state.scores) ? "hidden" : "";
    const hue = colors.maps[0] ?? colors.ink;
    this.heatmap.measure();
    this.heatmap.show(numbers.map, { paper: colors.paper, ink: colors.ink, hue, max: 1 });
    this.scale.show(1, colors.paper, [hue], "weight, linear");
    const { visibleKeys } = numbers.map;
    const entropy = inUnit(state.unit, numbers.map);
    const largestEntropy = largestInUnit(state.unit, numbers.map);
    const lines = [{ map: 0, entropy, name: "entropy" }];
    this.entropy.show({ lines, visibleKeys, largestEntropy, unit: state.unit }, colors);
    this.mark(changed);
  }

  /** The row that is shown: pointed at, kept, or the one that is set. */
  private get row(): number {
    return this.places.place?.query ?? this.state.query;
  }

  private mark(changed = false): void {
    const { shownNumbers: numbers, places: focus, row, colors } = this;
    if (!numbers) return;
    const { map } = numbers;
    const { place } = focus;
    this.heatmap.mark(place);
    this.entropy.mark(place && { ...place, map: 0 });
    this.classList.toggle("locked", focus.locked !== null);
    const hue = colors.maps[0] ?? colors.ink;
    this.rowTitle.textContent = `Query ${row} “${tokens[row]}”`;
    this.rows.show(
      {
        query: row,
        scores: this.state.scores.slice(row * size, (row + 1) * size),
        weights: map.weights.subarray(row * size, (row + 1) * size),
        visibleKeys: map.visibleKeys[row] ?? size,
        focus: place?.query === row ? place.key : null,
      },
      hue,
    );
    this.drawCurve(numbers, row, hue);
    const reading = readTemperature(
      map,
      place ?? { query: row, key: null, map: 0 },
      this.state.temperature,
      this.state.unit,
    );
    this.readout.show(reading, hue, changed || Boolean(focus.preview ?? focus.locked));
  }

  private drawCurve({ map, curves }: TemperatureNumbers, row: number, hue: string): void {
    const { unit, temperature } = this.state;
    const visible = map.visibleKeys[row] ?? size;
    const present = inUnit(unit, map)[row] ?? 0;
    this.curveTitle.textContent = `Its ${axisName(unit)}`;
    this.curveValue.textContent = present.toFixed(3);
    const largest = largestInUnit(unit, map);
    // The last query sees all keys.
    const most = largest.at(-1) ?? 1;
    const ends: CurveData["x"] = { min: 0.01, max: 100, ticks: [0.01, 0.1, 1, 10, 100], format: String };
    const own = inUnit(unit, curves).subarray(row * temperatures.length, (row + 1) * temperatures.length);
    const level = (y: number, label: string): Theory => ({
      label,
      points: [
        [ends.min, y],
        [ends.max, y],
      ],
      at: "above",
    });
    this.curve.show(
      {
        x: ends,
        // With room above for the ceiling's name.
        y: { min: 0, max: 1.1 * most, log: false, ticks: ticksUpTo(most), format: String },
        curves: [{ name: "", points: temperatures.map((x, i) => ({ x, y: own[i] ?? 0 })), present }],
        theory: [
          level(largest[row] ?? 0, `maximum ${largestName(unit, visible, largest[row] ?? 0)}: equal weights`),
          level(0, "minimum 0: all weight on one key"),
        ],
        present: temperature,
      },
      [hue],
      this.colors,
    );
  }

  protected provenance({ scores }: TemperatureState): string {
    return isByHand(scores) ? "logits made by hand" : "logits changed by hand";
  }

  data(): readonly FigureData[] {
    const { shownNumbers: numbers, state } = this;
    if (!numbers) return [];
    const query = { name: "query", size, labels: tokens };
    return [
      { name: "logits", values: state.scores, axes: [query, { name: "key", size, labels: tokens }] },
      ...dataOfMaps([numbers.map], [], { query: tokens, key: tokens }),
      {
        name: "entropy in nats over temperatures",
        values: numbers.curves.entropy,
        axes: [
          query,
          { name: "T", size: temperatures.length, labels: temperatures.map((each) => each.toPrecision(3)) },
        ],
      },
    ];
  }
}

/** 0, ½, 1, … below the ceiling, or quarters where it is 1. */
function ticksUpTo(most: number): number[] {
  const step = most <= 1 ? 0.25 : 0.5;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}
