/**
 * <heed-leak>: what leaks without the mask. Two networks are trained on the same sequences, one with the causal mask and one
 * without; how right they are in training, and when they write. Attributes: steps, seed. Method: play().
 */

import { TimeChart } from "../../charts/curves/time-chart";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import type { Reading } from "../../figure/reading";
import timeChart from "../../figure/styles/time-chart.css?inline";
import { percent } from "../../figure/trained/head-labels";
import { asError } from "../../model/error-message";
import type { FigureData } from "../../model/figure-data";
import css from "./leak.css?inline";
import { leakPanels } from "./leak-panels";
import { type Leak, LeakRun, ways } from "./leak-run";
import { type LeakState, leakSettings } from "./leak-state";
import { drawTexts } from "./leak-text";

const sheet = sheetOf(timeChart, css);

export class HeedLeak extends FigureElement<LeakState, LeakRun> {
  static readonly observedAttributes = attributesOf(leakSettings);
  private readonly button = el("button", { type: "button", class: "play not-exported" }, "train both networks");
  private readonly chart: TimeChart;
  private readonly texts = el("table", { class: "texts" });
  private run: LeakRun | null = null;
  private at: number | null = null;
  private frame = 0;
  private markFrame = 0;
  private isTraining = false;

  constructor() {
    super({
      settings: leakSettings,
      label: "What leaks without the mask",
      hint: "Press the button: two small networks are trained in this page, which takes some seconds.",
      sheet,
    });
    this.chart = new TimeChart("Accuracy of two networks, in training and in writing", {
      preview: (step) => this.look(step),
      toggle: (step) => this.look(step),
    });
    this.button.addEventListener("click", () => void this.play());
    this.controls.own.append(this.button);
    this.drawing.append(el("div", { class: "leak" }, this.chart.element, this.texts));
  }

  /** Trains both networks, unless that has been done. */
  async play(): Promise<void> {
    this.isWanted = true;
    await this.train();
  }

  private isWanted = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.run?.close();
    this.run = null;
  }

  protected async compute(state: LeakState, signal: AbortSignal): Promise<LeakRun> {
    this.run?.close();
    this.isTraining = false;
    const run = await LeakRun.start(state, () => this.soon(), signal);
    this.run = run;
    return run;
  }

  protected draw(run: LeakRun, state: LeakState): void {
    this.show(run.leak, state);
    if (this.isWanted) void this.train();
  }

  private async train(): Promise<void> {
    const { run } = this;
    if (!run || this.isTraining) return;
    this.isTraining = true;
    this.isWanted = false;
    this.button.disabled = true;
    this.button.textContent = "training …";
    try {
      await run.train();
      if (run === this.run) this.readout.show(this.read(run.leak), this.colors.ink, true);
    } catch (error) {
      if (run === this.run) this.fail(asError(error));
    } finally {
      if (run === this.run) this.button.textContent = "trained";
    }
  }

  private soon(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.run) this.show(this.run.leak, this.state);
      this.refreshData();
    });
  }

  /** The texts do not depend on the step that is looked at. */
  private look(step: number | null): void {
    this.at = step;
    this.markFrame ||= requestAnimationFrame(() => {
      this.markFrame = 0;
      if (this.run) this.drawChart(this.run.leak, this.state);
    });
  }

  private drawChart(leak: Leak, { steps }: LeakState): void {
    this.chart.show(leakPanels(leak, this.mapColors), { last: steps, at: this.at });
  }

  private get mapColors(): readonly [string, string] {
    const { maps, ink } = this.colors;
    return [maps[1] ?? ink, maps[2] ?? ink];
  }

  private show(leak: Leak, state: LeakState): void {
    if (!this.isTraining) {
      this.button.disabled = false;
      this.button.textContent = "train both networks";
    }
    this.drawChart(leak, state);
    drawTexts(this.texts, leak, this.mapColors);
    this.readout.show(this.read(leak), this.colors.ink, false);
  }

  protected provenance({ seed }: LeakState): string {
    return `two layers of four heads, trained in this page, seed ${seed}`;
  }

  private read({ tracks }: Leak): Reading {
    const [masked, unmasked] = tracks;
    const last = unmasked?.points.filter(({ writing }) => writing !== undefined).at(-1);
    const other = masked?.points.filter(({ writing }) => writing !== undefined).at(-1);
    if (!last || !other)
      return { sentence: ["Both networks have the same random weights. Nothing has been learnt yet."], exact: "" };
    return {
      sentence: [
        `After ${last.step} steps without a mask, `,
        percent(last.accuracy),
        " of the predictions in training are right, and in writing ",
        percent(last.writing ?? 0),
        `. After ${other.step} steps with the mask: `,
        percent(other.accuracy),
        " and ",
        percent(other.writing ?? 0),
        ".",
      ],
      exact: "",
    };
  }

  data(): readonly FigureData[] {
    const { run } = this;
    if (!run) return [];
    return run.leak.tracks.map(({ points }, i) => ({
      name: `accuracy ${ways[i]}`,
      values: points.flatMap(({ accuracy, writing }) => [accuracy, writing ?? Number.NaN]),
      axes: [
        { name: "step", size: points.length, labels: points.map(({ step }) => String(step)) },
        { name: "accuracy", size: 2, labels: ["in training", "in writing"] },
      ],
    }));
  }
}
