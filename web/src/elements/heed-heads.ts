/**
 * <heed-heads>: random heads and trained ones beside each other: what each looks at, how unlike they are, what two of them
 * do differently, and how far the output moves without some. Attributes: the settings of state/heads-state.ts, and model,
 * the address of the trained model's file.
 */

import { reading } from "../charts/format";
import type { Palette } from "../charts/palette";
import {
  type AttentionCost,
  EngineError,
  engine,
  type HeadSet,
  type TrainedHeads,
  type TrainedModel,
} from "../engine/client";
import type { Cell } from "../state/cell-setting";
import { type HeadsState, headsSettings, toggled } from "../state/heads-state";
import { el } from "./el";
import type { FigureData } from "./figure-data";
import { attributesOf, FigureElement, sheetOf } from "./figure-element";
import { headColumns } from "./head-columns";
import { HeadPanel } from "./head-panel";
import { drawCosts } from "./heads-cost";
import type { Reading } from "./reading";
import { sentence } from "./sentence";
import { namesOf, type ShownHeads } from "./shown-heads";
import heads from "./styles/heads.css?inline";

export interface BothHeads {
  readonly random: HeadSet;
  /** Or why there are none. */
  readonly trained: TrainedHeads | Error;
  readonly costs: readonly [AttentionCost, AttentionCost];
}

const tokens = 32;
const width = 64;
const sheet = sheetOf(heads);
let instances = 0;

type Side = "random" | "trained";

export class HeedHeads extends FigureElement<HeadsState, BothHeads> {
  static readonly observedAttributes = attributesOf(headsSettings);

  private readonly channel = `heads-${instances++}`;
  private readonly costs = el("table", { class: "cost" });
  private readonly random = this.makePanel("random");
  private readonly trained = this.makePanel("trained");
  private readonly missing = el("p", { class: "missing" });
  private model: Promise<TrainedModel> | null = null;
  private drawn: { readonly both: BothHeads; readonly state: HeadsState } | null = null;

  constructor() {
    super({
      settings: headsSettings,
      label: "Many heads",
      hint: "Point at a head or at a cell to read it. Click a head to switch it off, a cell to see how two heads differ.",
      sheet,
    });
    this.drawing.classList.add("heads-figure");
    this.missing.hidden = true;
    this.drawing.append(
      this.costs,
      el("div", { class: "sides" }, this.random.element, el("div", {}, this.trained.element, this.missing)),
    );
  }

  protected async compute(state: HeadsState): Promise<BothHeads> {
    const { seed } = state;
    const heads = Number(state.heads);
    const work = { queries: tokens, keys: tokens, newKeys: tokens, dModel: width, causal: true };
    const [random, trained, costs] = await Promise.all([
      engine.lab(
        "randomHeads",
        { tokens, heads, seed, off: state["random-off"], pair: pairOf(state["random-pair"]) },
        this.channel,
      ),
      this.trainedHeads(state).catch((error) => (error instanceof Error ? error : new Error(String(error)))),
      engine.lab("attentionCosts", [
        { ...work, heads: 1 },
        { ...work, heads },
      ]),
    ]);
    const [one, many] = costs;
    if (!one || !many) throw new Error("the costs of one head and of many were asked for");
    return { random, trained, costs: [one, many] };
  }

  private async trainedHeads(state: HeadsState): Promise<TrainedHeads> {
    this.model ??= this.openModel().catch((error) => {
      // Tried again the next time.
      this.model = null;
      throw error;
    });
    const model = await this.model;
    return model.heads({ seed: state.seed, off: state["trained-off"], pair: pairOf(state["trained-pair"]) });
  }

  private async openModel(): Promise<TrainedModel> {
    const response = await fetch(this.getAttribute("model") ?? "./models/induction.safetensors");
    if (!response.ok) throw new EngineError("load", `the trained model could not be fetched: ${response.status}`);
    return engine.trainedModel(new Uint8Array(await response.arrayBuffer()));
  }

  protected provenance({ seed }: HeadsState): string {
    return `random weights, seed ${seed}, and a trained model`;
  }

  data(): FigureData[] {
    if (!this.drawn) return [];
    const { random, trained } = this.drawn.both;
    return [
      ...dataOf("random", random, this.drawn.state),
      ...(trained instanceof Error ? [] : dataOf("trained", trained, this.drawn.state)),
    ];
  }

  protected draw(both: BothHeads, state: HeadsState): void {
    const { random, trained, costs } = both;
    this.drawn = { both, state };
    const heads = Number(state.heads);
    drawCosts(this.costs, [
      { heads: 1, width, cost: costs[0] },
      { heads, width: width / heads, cost: costs[1] },
    ]);
    const sets = trained instanceof Error ? [random] : [random, trained];
    const most = sets
      .map(({ difference }) => difference.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0))
      .reduce((a, b) => Math.max(a, b), 0);
    const title = `Random heads, seed ${state.seed}${withoutHeads(random, state["random-off"])}`;
    this.random.show(shownOf(random, 1, heads, state, "random-off", this.colors), title, this.colors, most);
    this.trained.element.hidden = trained instanceof Error;
    this.missing.hidden = !(trained instanceof Error);
    if (trained instanceof Error) this.missing.textContent = `No trained heads: ${sentence(trained.message)}`;
    else {
      const { layers, headsPerLayer, options, steps } = trained;
      const trainedTitle = `Trained heads: ${steps} steps of ${options.task}${withoutHeads(trained, state["trained-off"])}`;
      const shown = shownOf(trained, layers, headsPerLayer, state, "trained-off", this.colors);
      this.trained.show(shown, trainedTitle, this.colors, most);
    }
    this.read(null, "");
  }

  /** Nothing pointed at: what the two sides come to. */
  private read(text: Reading | null, hue: string): void {
    if (!this.drawn) return;
    this.readout.show(text ?? comparison(this.drawn.both), text ? hue : (this.colors.maps[0] ?? ""), text !== null);
  }

  private makePanel(side: Side): HeadPanel {
    return new HeadPanel(side, {
      toggle: (head) => {
        const key = `${side}-off` as const;
        this.change({ [key]: toggled(this.state[key], head) }, true);
      },
      choose: (a, b) => this.change({ [`${side}-pair`]: { query: a, key: b } }, true),
      read: (text, hue) => this.read(text, hue),
    });
  }
}

const pairOf = (cell: Cell | null) => cell && ([cell.query, cell.key] as const);

function shownOf(
  set: HeadSet,
  layers: number,
  heads: number,
  state: HeadsState,
  off: "random-off" | "trained-off",
  palette: Palette,
): ShownHeads {
  const isGrouped = state.order === "likeness";
  const order = isGrouped ? set.order : Array.from({ length: layers * heads }, (_, head) => head);
  return { set, ...namesOf(layers, heads, palette), order, isGrouped, off: state[off] };
}

const withoutHeads = ({ alone, shift }: HeadSet, off: readonly number[]) => {
  const count = off.filter((head) => head < alone.length).length;
  if (count === 0) return "";
  return `; without ${count} the output moves by ${reading(shift)}`;
};

function comparison({ random, trained }: BothHeads): Reading {
  const apart = ({ merges }: HeadSet) => reading(merges.at(-1)?.distance ?? 0);
  if (trained instanceof Error)
    return {
      sentence: ["The two groups of random heads that are least alike are ", `${apart(random)} nats`, " apart."],
      exact: "",
    };
  return {
    sentence: [
      "The random heads all look much the same: their least alike groups are ",
      `${apart(random)} nats`,
      " apart. Training has given the heads work to share: their groups are ",
      `${apart(trained)} nats`,
      " apart.",
    ],
    exact: `0 is the same, ln 2 = ${reading(Math.LN2)} is nothing in common`,
  };
}

function dataOf(side: Side, set: HeadSet, state: HeadsState): FigureData[] {
  const [, count, queries, keys] = set.weights.shape;
  const head = { name: "head", size: count, labels: Array.from({ length: count }, (_, i) => String(i + 1)) };
  const other = { ...head, name: "other head" };
  const columns = { name: "", size: headColumns.length, labels: headColumns.map(({ name }) => name) };
  const values = Array.from({ length: count * headColumns.length }, (_, i) => {
    const column = headColumns[i % headColumns.length];
    return column?.value(set, Math.floor(i / headColumns.length)) ?? Number.NaN;
  });
  const pair = set.pair.map((index) => index + 1);
  return [
    { name: `${side} heads`, values, axes: [head, columns] },
    { name: `divergence of ${side} heads in nats`, values: set.divergence.data, axes: [head, other] },
    {
      name: `${side} head ${pair[0]} less head ${pair[1]}`,
      values: set.difference.data,
      axes: [
        { name: "query", size: queries },
        { name: "key", size: keys },
      ],
    },
    {
      name: `output without ${side} heads ${state[`${side}-off`].map((index) => index + 1).join(", ") || "none"}`,
      values: [set.shift],
      axes: [{ name: "moves by", size: 1 }],
    },
  ];
}
