/**
 * <heed-scaling>: why attention divides by √d_k. Products of random queries and keys, and what a softmax and its gradient make
 * of them with the scale and without, for one d_k and as curves over all.
 * Attributes: dim (d_k), keys, seed.
 */

import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import curves from "../../figure/styles/curves.css?inline";
import type { FigureData } from "../../model/figure-data";
import { byDoubling, numberSetting, type Settings } from "../../model/settings";
import css from "./scaling.css?inline";
import { measures, ways } from "./scaling-curves";
import { ScalingPanels, type Shown } from "./scaling-panels";
import { curveDims, nearestPowerOfTwo, queries, repeats, ScalingPoints } from "./scaling-points";
import { readScaling } from "./scaling-reading";

export interface ScalingState {
  readonly dim: number;
  readonly keys: number;
  readonly seed: number;
}

const settings: Settings<ScalingState> = {
  dim: numberSetting("dim", {
    default: 64,
    min: 1,
    max: 4096,
    step: byDoubling,
    slider: nearestPowerOfTwo,
    label: "d_k",
  }),
  keys: numberSetting("keys", { default: 64, min: 2, max: 128, step: byDoubling }),
  seed: numberSetting("seed", { default: 1, min: 0, max: 4294967295 }),
};
const sheet = sheetOf(curves, css);

export class HeedScaling extends FigureElement<ScalingState, Shown> {
  static readonly observedAttributes = attributesOf(settings);

  private readonly points = new ScalingPoints();
  private readonly panels: ScalingPanels;
  private now: Shown | null = null;
  /** The d_k that the pointer is over, shown in place of the one that is set. */
  private preview: number | null = null;
  private frame = 0;

  constructor() {
    super({
      settings,
      label: "Why the scale",
      hint: "Set d_k by its slider, by dragging along a chart below, or by typing any number up to 4096.",
      sheet,
    });
    this.panels = new ScalingPanels({
      preview: (dim) => this.look(dim === null ? null : nearestPowerOfTwo(dim)),
      choose: (dim, settled) => {
        this.preview = null;
        const nearest = nearestPowerOfTwo(dim);
        if (settled || nearest !== this.state.dim) this.change({ dim: nearest }, settled);
      },
    });
    for (const dim of [64, 512, 4096]) {
      const button = el("button", { type: "button", class: "not-exported" }, String(dim));
      button.setAttribute("aria-label", `Set d_k to ${dim}`);
      button.addEventListener("click", () => this.change({ dim }, true));
      this.controls.own.append(button);
    }
    this.drawing.append(this.panels.element);
  }

  protected async compute(state: ScalingState, signal: AbortSignal): Promise<Shown> {
    const present = await this.points.ask(state, state.dim, signal);
    return this.shownFor(state, state.dim, present);
  }

  protected draw(_result: Shown, state: ScalingState, isNew: boolean): void {
    const wasShown = this.now !== null;
    this.show(state);
    // Spoken where the reader has changed something, not when the page opens.
    this.read(isNew && wasShown);
    if (isNew) void this.points.fill(state, () => this.soon());
  }

  protected provenance({ seed }: ScalingState): string {
    return `random: ${repeats} draws of ${queries} queries, seed ${seed}`;
  }

  /** The d_k under the pointer, where its numbers are there; null for the one that is set. */
  private look(dim: number | null): void {
    if (dim === this.preview) return;
    this.preview = dim;
    this.show(this.state);
    this.read(false);
  }

  /** Curves grow as their points come, no more than once a frame. */
  private soon(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.show(this.state);
      this.refreshData();
    });
  }

  private show(state: ScalingState): void {
    const dim = this.preview !== null && this.points.at(state, this.preview) ? this.preview : state.dim;
    const present = this.points.at(state, dim);
    if (!present) return;
    this.now = this.shownFor(state, dim, present);
    this.panels.show(this.now, this.colors);
  }

  private shownFor(state: ScalingState, dim: number, present: Shown["present"]): Shown {
    const curve = curveDims.flatMap((each) => {
      const result = this.points.at(state, each);
      return result ? [[each, result] as const] : [];
    });
    return { dim, keys: state.keys, present, curve };
  }

  private read(aloud: boolean): void {
    if (this.now) this.readout.show(readScaling(this.now), this.colors.ink, aloud);
  }

  data(): readonly FigureData[] {
    const { now } = this;
    if (!now) return [];
    const way = { name: "softmax", size: 2, labels: ["without the scale", "with the scale"] };
    const bins = now.present.measured.data.length;
    const { measured, exact, normal } = now.present;
    const names = Object.values(measures);
    return [
      {
        name: "over d_k",
        values: ways.flatMap(({ key }) =>
          names.flatMap(({ of }) =>
            now.curve.flatMap(([, result]) => {
              const { mean, median, low, high } = of(result[key]);
              return [mean, median, low, high];
            }),
          ),
        ),
        axes: [
          way,
          { name: "of", size: names.length, labels: names.map(({ title }) => title) },
          { name: "d_k", size: now.curve.length, labels: now.curve.map(([dim]) => String(dim)) },
          { name: "statistic", size: 4, labels: ["mean", "median", "lowest tenth", "highest tenth"] },
        ],
      },
      {
        name: `weights of the first query, d_k ${now.dim}`,
        values: ways.flatMap(({ key }) => [...now.present[key].firstRow.data]),
        axes: [way, { name: "key", size: now.keys }],
      },
      {
        name: `shares of q·k ÷ √d_k in bins, d_k ${now.dim}`,
        values: [measured, exact, normal].flatMap(({ data }) => [...data]),
        axes: [
          { name: "share", size: 3, labels: ["measured", "exact theory", "normal limit"] },
          {
            name: "around",
            size: bins,
            labels: Array.from({ length: bins }, (_, i) => (8 * ((i + 0.5) / bins - 0.5)).toFixed(2)),
          },
        ],
      },
    ];
  }
}
