/**
 * <heed-heads>: random heads and trained ones beside each other: what each looks at, how unlike they are, what two of them
 * do differently, how far the output moves without some, and what many heads cost. Attributes: the settings of
 * state/heads-state.ts.
 */
import { type AttentionCost, engine, type HeadSet } from "../../compute/client";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import type { Reading } from "../../figure/reading";
import { samples } from "../../figure/trained/sentence-settings";
import { TrainedModel } from "../../figure/trained/trained-model";
import type { Cell } from "../../model/cell-setting";
import type { FigureData } from "../../model/figure-data";
import { sentenceWords } from "../../model/sentence-words";
import { headOrder } from "./head-order";
import { HeadPane } from "./head-pane";
import { compareSides } from "./head-readings";
import heads from "./heads.css?inline";
import { type CostRow, drawCosts } from "./heads-cost";
import { dataOfCosts, dataOfSide } from "./heads-data";
import { type HeadsState, headsSettings, toggled } from "./heads-state";
import { namesOf, type ShownHeads } from "./shown-heads";

interface TrainedSide {
  readonly set: HeadSet;
  readonly layers: number;
  readonly headsPerLayer: number;
  readonly words: readonly string[];
  readonly steps: number;
}

export interface BothHeads {
  readonly random: HeadSet;
  readonly trained: TrainedSide;
  readonly costs: readonly CostRow[];
}

/** What the random heads read, and the layer whose cost is counted; as long as the sequences of induction. */
const tokens = 32;
const dModel = 64;
/** Of which the costs are compared. */
const headCounts = [1, 2, 4, 8, 16];
const sheet = sheetOf(heads);

type Side = "random" | "trained";

export class HeedHeads extends FigureElement<HeadsState, BothHeads> {
  static readonly observedAttributes = attributesOf(headsSettings);

  private readonly costTable = el("table", { class: "cost" });
  private readonly random = this.makeSide("random");
  private readonly trained = this.makeSide("trained");
  private readonly model = new TrainedModel();
  private sides: Readonly<Record<Side, ShownHeads>> | null = null;
  private both: BothHeads | null = null;

  constructor() {
    super({
      settings: headsSettings,
      label: "Many heads",
      hint: "Point at a head or a cell to read it, or move there with the arrow keys. Click a cell to compare two heads.",
      viewSettings: ["order"],
      sheet,
    });
    this.drawing.classList.add("many-heads");
    this.drawing.append(
      el("div", { class: "sides" }, this.random.heads, this.trained.heads),
      this.readout.element,
      el("div", { class: "sides" }, this.random.pairs.element, this.trained.pairs.element),
      el("div", { class: "cost-part" }, this.costTable),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.model.close();
  }

  protected async compute(state: HeadsState, signal: AbortSignal): Promise<BothHeads> {
    const { seed } = state;
    const request = {
      tokens,
      heads: state.heads,
      seed,
      off: state["random-off"],
      pair: pairOf(state["random-pair"]),
    };
    const works = headCounts.map((count) => ({ queries: tokens, dModel, heads: count, causal: true }));
    const [random, trained, costs] = await Promise.all([
      this.parts.get("random", request, () => engine.lab("randomHeads", request, signal)),
      this.computeTrained(state),
      this.parts.get("costs", works, () => engine.lab("attentionCosts", works)),
    ]);
    return { random, trained, costs: works.map(({ heads }, i) => rowOf(heads, costs[i])) };
  }

  private async computeTrained(state: HeadsState): Promise<TrainedSide> {
    const { trained } = state;
    const session = await this.model.session(trained);
    const { vocabulary, layers, heads: headsPerLayer, step: steps, options } = session.info;
    // The story is always the same.
    const question = { trained, ...(trained === "induction" ? { seed: state.seed } : {}) };
    const read = await this.parts.get("sequence", question, async () =>
      trained === "stories"
        ? sentenceWords(samples.stories, vocabulary, options.length).map(({ token }) => token)
        : ((await session.examples(state.seed, 1))[0]?.tokens ?? []),
    );
    const request = { tokens: read, pair: pairOf(state["trained-pair"]) };
    const [set, shift] = await Promise.all([
      this.parts.get("trained", { ...question, ...request }, () => session.heads(request)),
      state["trained-off"].length > 0 ? session.shift({ tokens: read, off: state["trained-off"] }) : 0,
    ]);
    const words = read.map((token) => vocabulary[token] ?? String(token));
    return { set: { ...set, shift }, layers, headsPerLayer, steps, words };
  }

  protected provenance(): string {
    const { steps } = this.both?.trained ?? {};
    return `random weights; trained by Heed${steps ? `, ${steps} steps` : ""}`;
  }

  data(): FigureData[] {
    if (!this.sides || !this.both) return [];
    return [
      ...dataOfSide("random", this.sides.random),
      ...dataOfSide("trained", this.sides.trained),
      dataOfCosts(this.both.costs),
    ];
  }

  protected draw(both: BothHeads, state: HeadsState): void {
    const { random, trained, costs } = both;
    this.both = both;
    const count = state.heads;
    const palette = this.colors;
    const isGrouped = state.order === "similarity";
    const shown = (side: Side, set: HeadSet, layers: number, headsPerLayer: number): ShownHeads => ({
      set,
      ...namesOf(layers, headsPerLayer, palette),
      order: headOrder(set, state.order),
      isGrouped,
      off: state[`${side}-off`],
      result: side === "random" ? "output" : "predictions",
      words: side === "random" ? null : trained.words,
    });
    const sides = {
      random: shown("random", random, 1, count),
      trained: shown("trained", trained.set, trained.layers, trained.headsPerLayer),
    };
    this.sides = sides;
    const most = [random, trained.set].reduce((largest, { difference }) => largestOf(difference.data, largest), 0);
    for (const side of [this.random, this.trained]) side.measure();
    this.random.show(sides.random, `${count} of width ${dModel / count}, as they were drawn`, palette, most);
    const { layers, headsPerLayer, words } = trained;
    const source = `${layers} layers of ${headsPerLayer}, reading “${words.slice(0, 12).join(" ")} …”`;
    this.trained.show(sides.trained, source, palette, most);
    drawCosts(this.costTable, { costs, dModel, tokens, chosen: count }, palette);
    if (!this.random.reread() && !this.trained.reread()) this.read(null, "");
  }

  private read(reading: Reading | null, hue: string): void {
    if (!this.both) return;
    const { random, trained } = this.both;
    const text = reading ?? compareSides(random, trained.set);
    this.readout.show(text, reading ? hue : (this.colors.maps[0] ?? ""), reading !== null);
  }

  private makeSide(side: Side): HeadPane {
    return new HeadPane(side, {
      toggle: (head) => this.change({ [`${side}-off`]: toggled(this.state[`${side}-off`], head) }, true),
      choose: (a, b) => this.change({ [`${side}-pair`]: { query: a, key: b } }, true),
      read: (reading, hue) => this.read(reading, hue),
    });
  }
}

const pairOf = (cell: Cell | null) => cell && ([cell.query, cell.key] as const);

const largestOf = (values: Float32Array, least: number) =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), least);

function rowOf(heads: number, cost: AttentionCost | undefined): CostRow {
  if (!cost) throw new Error(`the cost of ${heads} heads was asked for`);
  return { heads, width: dModel / heads, cost };
}
