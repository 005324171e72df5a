/**
 * <heed-cost>: what attention costs over the length of a text. Bytes of weights and of caches, counted, and the time that one
 * head takes, measured on this machine. Attributes: tokens (n).
 */

import { CurveChart } from "../../charts/curves/curve-chart";
import { count } from "../../charts/format";
import { engine } from "../../compute/client";
import type { AttentionMemory } from "../../compute/lab";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import type { Reading } from "../../figure/reading";
import curvesStyles from "../../figure/styles/curves.css?inline";
import { asError } from "../../model/error-message";
import type { FigureData } from "../../model/figure-data";
import css from "./cost.css?inline";
import { bytes, memoryCurves, milliseconds, timeCurves } from "./cost-curves";
import { type Memories, measure, memoriesOf, type Times, ways } from "./cost-numbers";
import { type CostState, costSettings, lengths, nearestPowerOfTwo, sharing } from "./cost-state";

const sheet = sheetOf(curvesStyles, css);

interface Costs {
  readonly memories: Memories;
  readonly present: readonly AttentionMemory[];
}

export class HeedCost extends FigureElement<CostState, Costs> {
  static readonly observedAttributes = attributesOf(costSettings);
  private readonly memory: CurveChart;
  private readonly time: CurveChart;
  private readonly table = el("table", { class: "costs" });
  private times: Times = { explicit: new Map(), streaming: new Map() };
  private drawn: { readonly costs: Costs; readonly state: CostState } | null = null;
  private measuring: AbortController | null = null;

  constructor() {
    super({
      settings: costSettings,
      label: "What attention costs",
      hint: "Set the number of tokens n by its slider, or by dragging along a chart.",
      sheet,
    });
    const events = {
      preview: () => {},
      choose: (tokens: number, settled: boolean) => {
        const nearest = nearestPowerOfTwo(tokens);
        if (settled || nearest !== this.state.tokens) this.change({ tokens: nearest }, settled);
      },
    };
    this.memory = new CurveChart("n", events);
    this.time = new CurveChart("n", events);
    const panel = (part: string, title: string, ...body: readonly Node[]) =>
      el("figure", { class: "panel", "data-part": part }, el("p", { class: "title" }, title), ...body);
    this.drawing.append(
      el(
        "div",
        { class: "cost" },
        panel("memory", "memory, counted", this.memory.element),
        panel("time", "milliseconds of one head, measured here", this.time.element),
        el("div", { class: "numbers" }, this.table),
      ),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.measuring?.abort();
    this.measuring = null;
  }

  protected async compute({ tokens }: CostState, signal: AbortSignal): Promise<Costs> {
    const all = await this.parts.get("memories", {}, () => memoriesOf(engine, lengths));
    const present = all.get(tokens) ?? (await memoriesOf(engine, [tokens], signal)).get(tokens);
    return { memories: all, present: present ?? [] };
  }

  protected draw(costs: Costs, state: CostState, isNew: boolean): void {
    const wasShown = this.drawn !== null;
    this.drawn = { costs, state };
    this.show();
    this.readout.show(this.read(), this.colors.ink, isNew && wasShown);
    this.measuring ??= this.startMeasuring();
  }

  private startMeasuring(): AbortController {
    const measuring = new AbortController();
    const changed = (times: Times) => {
      this.times = times;
      this.show();
      this.refreshData();
    };
    measure(engine, changed, measuring.signal).catch((error: unknown) => {
      if (!measuring.signal.aborted) this.fail(asError(error));
    });
    return measuring;
  }

  private show(): void {
    if (!this.drawn) return;
    const { costs, state } = this.drawn;
    const { ink, maps } = this.colors;
    const hues = [0, 1, 2, 3, 4].map((i) => maps[i] ?? ink);
    this.memory.show(memoryCurves(costs.memories, costs.present, state.tokens), hues, this.colors);
    this.time.show(timeCurves(this.times, state.tokens), [hues[0] ?? ink, hues[2] ?? ink], this.colors);
    this.fillTable(costs, state);
  }

  private fillTable({ present }: Costs, { tokens }: CostState): void {
    const row = (name: string, formula: string, value: string, kind = "counted") =>
      el(
        "tr",
        { class: kind },
        el("th", { scope: "row" }, name),
        el("td", { class: "formula" }, formula),
        el("td", {}, value),
      );
    const [first] = present;
    if (!first) return;
    const time = (way: (typeof ways)[number]) => {
      const value = this.times[way].get(tokens);
      return value === undefined ? "not measured" : milliseconds(value);
    };
    this.table.replaceChildren(
      el("caption", {}, `At n = ${count(tokens)}, in a model of the size of LLaMA 7B`),
      el(
        "tbody",
        {},
        row("weights of one layer", "32 heads · n² · 2 bytes", bytes(first.weights)),
        row("streaming in their place", "32 heads · n · 4 bytes", bytes(first.streaming)),
        ...sharing.map(({ name, short, keyValueHeads }, i) =>
          row(
            `cache, ${name} (${short})`,
            `2 · 32 layers · ${keyValueHeads} ${keyValueHeads === 1 ? "head" : "heads"} · 128 · n · 2 bytes`,
            bytes(present[i]?.cache ?? Number.NaN),
          ),
        ),
        row("one head, explicit", "measured here, 64 components", time("explicit"), "measured"),
        row("one head, streaming", "measured here, 64 components", time("streaming"), "measured"),
      ),
    );
  }

  protected provenance(): string {
    return "memory counted; times measured in this browser";
  }

  private read(): Reading {
    const { costs, state } = this.drawn ?? {};
    const [multiHead, grouped] = costs?.present ?? [];
    if (!state || !multiHead || !grouped) return { sentence: [""], exact: "" };
    return {
      sentence: [
        `For ${count(state.tokens)} tokens, the weights of one layer take `,
        bytes(multiHead.weights),
        " and the cache of the whole model ",
        bytes(multiHead.cache),
        ". With eight heads of keys and values the cache takes ",
        bytes(grouped.cache),
        ".",
      ],
      exact: "",
    };
  }

  data(): readonly FigureData[] {
    if (!this.drawn) return [];
    const { memories } = this.drawn.costs;
    const n = { name: "n", size: lengths.length, labels: lengths.map(String) };
    const measured = [...this.times.streaming.keys()];
    return [
      {
        name: "bytes",
        values: lengths.flatMap((length) => {
          const all = memories.get(length) ?? [];
          return [all[0]?.weights ?? Number.NaN, ...all.map(({ cache }) => cache)];
        }),
        axes: [
          n,
          { name: "of", size: 1 + sharing.length, labels: ["weights", ...sharing.map(({ name }) => `cache, ${name}`)] },
        ],
      },
      {
        name: "milliseconds",
        values: measured.flatMap((length) => ways.map((way) => this.times[way].get(length) ?? Number.NaN)),
        axes: [
          { name: "n", size: measured.length, labels: measured.map(String) },
          { name: "way", size: ways.length, labels: ways },
        ],
      },
    ];
  }
}
