/**
 * <heed-heads>: random heads and trained ones beside each other: what each looks at, how unlike they are, what two of them
 * do differently, how far the output moves without some, and what many heads cost. Or, in place of them, heads of the reader's
 * own, from a file that is chosen or dropped, or from pasted text. Attributes: the settings of heads-state.ts.
 * Methods: open(blob, name).
 */
import { type AttentionCost, EngineError, engine, type HeadSet } from "../../compute/client";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { dataText } from "../../figure/own/data-text";
import {
  fileControl,
  listenToFiles,
  namesOf as namesOfFiles,
  readFiles,
  unlinkableData,
  withTokens,
} from "../../figure/own/own-files";
import ownFiles from "../../figure/own/own-files.css?inline";
import type { ReadingLine } from "../../figure/own/reading-line";
import type { Reading } from "../../figure/reading";
import { samples } from "../../figure/trained/sentence-settings";
import { TrainedModel } from "../../figure/trained/trained-model";
import { type DataFile, FormatError } from "../../formats/tensor";
import type { Cell } from "../../model/cell-setting";
import type { FigureData } from "../../model/figure-data";
import { sentenceWords } from "../../model/sentence-words";
import { headOrder } from "./head-order";
import { HeadPane } from "./head-pane";
import { compareSides, readGroups } from "./head-readings";
import heads from "./heads.css?inline";
import { type CostRow, drawCosts } from "./heads-cost";
import { dataOfCosts, dataOfSide } from "./heads-data";
import { type HeadsState, headsSettings, noData, toggled } from "./heads-state";
import type { LayerMenu } from "./layer-menu";
import type { OwnHeads } from "./own-heads";
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
const sheet = sheetOf(heads, ownFiles);

type Side = "random" | "trained";
type AnySide = Side | "own";
const sides = ["random", "trained"] as const;

/** Files have the same key only where they are the same. */
const keysOfData = new WeakMap<DataFile, number>();
let files = 0;

export class HeedHeads extends FigureElement<HeadsState, BothHeads | OwnHeads> {
  static readonly observedAttributes = attributesOf(headsSettings);

  private readonly costTable = el("table", { class: "cost" });
  private readonly costPart = el("div", { class: "cost-part" }, this.costTable);
  private readonly random = this.makeSide("random");
  private readonly trained = this.makeSide("trained");
  private readonly model = new TrainedModel();
  private sides: Readonly<Record<Side, ShownHeads>> | null = null;
  private both: BothHeads | null = null;
  private readonly own = this.makeSide("own");
  private readonly back = el("button", { type: "button", class: "back" }, "Show Heed’s heads");
  /** There once a file has been opened. */
  private line: ReadingLine | undefined;
  private layers: LayerMenu | undefined;
  private shownOwn: { readonly own: OwnHeads; readonly shown: ShownHeads } | null = null;
  private opening = new AbortController();

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
      el("div", { class: "sides" }, this.random.heads, this.trained.heads, this.own.heads),
      this.readout.element,
      el("div", { class: "sides" }, this.random.pairs.element, this.trained.pairs.element, this.own.pairs.element),
      this.costPart,
    );
    this.own.hidden = true;
    this.back.hidden = true;
    this.back.addEventListener("click", () => this.change(noData, true));
    const open = (files: readonly File[]) => void this.openFiles(files, namesOfFiles(files));
    this.controls.own.append(fileControl("A file with weights, or Q and K, of heads", open), this.back);
    listenToFiles(this, this.drawing, open);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.opening.abort();
    this.removeAttribute("aria-busy");
    this.model.close();
  }

  /** Reads a file of any of the formats, and shows the heads that are in it. */
  open(blob: Blob, name: string): Promise<void> {
    return this.openFiles([new File([blob], name)], name);
  }

  private async openFiles(files: readonly File[], name: string): Promise<void> {
    this.opening.abort();
    this.opening = new AbortController();
    const { signal } = this.opening;
    this.setAttribute("aria-busy", "true");
    try {
      const read = await readFiles(files, signal);
      const { merged } = await reading();
      if (signal.aborted) return;
      const data = merged(read);
      const { data: before } = this.state;
      const [tokens] = Object.values(data.labels);
      // Names alone are those of the tokens that are shown.
      if (data.tensors.length === 0 && before && tokens) this.change({ data: withTokens(before, tokens) }, true);
      else this.change({ ...noData, data, name }, true);
    } catch (error) {
      if (signal.aborted) return;
      this.removeAttribute("aria-busy");
      const reason = error instanceof Error ? error.message : String(error);
      this.explain(reason.replace(/[^.!?]$/, "$&."));
      this.emit("heed-error", { error });
    }
  }

  override get hasOwnData(): boolean {
    return this.state.data !== null;
  }

  get unlinkable(): string | null {
    const { data } = this.state;
    return data && dataText(data) === null ? unlinkableData : null;
  }

  protected override keyOf(state: HeadsState): string {
    const { data } = state;
    if (data && !keysOfData.has(data)) keysOfData.set(data, files++);
    return data ? `${keysOfData.get(data)} ${super.keyOf({ ...state, data: null })}` : super.keyOf(state);
  }

  protected override hint(): string {
    return this.shownOwn && this.state.data ? this.shownOwn.own.explanation : super.hint();
  }

  protected compute(state: HeadsState, signal: AbortSignal): Promise<BothHeads | OwnHeads> {
    return state.data ? this.computeOwn(state, state.data) : this.computeBoth(state, signal);
  }

  private async computeOwn(state: HeadsState, file: DataFile): Promise<OwnHeads> {
    const { attentionData, ownHeads, withPair, ReadingLine, readingSheet, LayerMenu } = await reading();
    this.line ??= this.readingLine(ReadingLine, readingSheet);
    this.layers ??= this.layerMenu(LayerMenu, this.line);
    try {
      const read = attentionData(file, state);
      this.line.show(file, read, state);
      const { "own-pair": cell } = state;
      const key = { of: this.keyOf({ ...state, "own-pair": null }) };
      const own = await this.parts.get("own", key, () => ownHeads(read, state, engine));
      const pair = pairOf(cell);
      return pair ? await withPair(own, pair, engine) : own;
    } catch (error) {
      if (error instanceof FormatError) this.line.list(file, state.roles);
      throw error instanceof FormatError || error instanceof EngineError
        ? new FormatError(`in ${state.name}: ${error.message}`)
        : error;
    }
  }

  private readingLine(Line: typeof ReadingLine, lineSheet: CSSStyleSheet): ReadingLine {
    const line = new Line(
      {
        change: (change) => this.change(change, true),
        problem: (text) => this.sayTyping(text),
        tokens: (tokens) => {
          const { data } = this.state;
          if (data) this.change({ data: withTokens(data, tokens) }, true);
        },
      },
      true,
    );
    this.shadowRoot?.adoptedStyleSheets.push(lineSheet);
    this.drawing.after(line.element);
    return line;
  }

  private layerMenu(Menu: typeof LayerMenu, line: ReadingLine): LayerMenu {
    const menu = new Menu((layer) => this.change({ layer, "own-pair": null }, true));
    line.element.prepend(menu.element);
    return menu;
  }

  private async computeBoth(state: HeadsState, signal: AbortSignal): Promise<BothHeads> {
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
      this.computeTrained(state, signal),
      this.parts.get("costs", works, () => engine.lab("attentionCosts", works)),
    ]);
    return { random, trained, costs: works.map(({ heads }, i) => rowOf(heads, costs[i])) };
  }

  private async computeTrained(state: HeadsState, signal: AbortSignal): Promise<TrainedSide> {
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
      state["trained-off"].length > 0 ? session.shift({ tokens: read, off: state["trained-off"] }, signal) : 0,
    ]);
    const words = read.map((token) => vocabulary[token] ?? String(token));
    return { set: { ...set, shift }, layers, headsPerLayer, steps, words };
  }

  protected provenance(state: HeadsState): string {
    if (state.data) return `from ${state.name}`;
    const { steps } = this.both?.trained ?? {};
    return `random weights; trained by Heed${steps ? `, ${steps} steps` : ""}`;
  }

  data(): FigureData[] {
    if (this.shownOwn) return dataOfSide("own", this.shownOwn.shown);
    if (!this.sides || !this.both) return [];
    return [
      ...dataOfSide("random", this.sides.random),
      ...dataOfSide("trained", this.sides.trained),
      dataOfCosts(this.both.costs),
    ];
  }

  protected draw(result: BothHeads | OwnHeads, state: HeadsState): void {
    const isOwn = "explanation" in result;
    for (const side of sides) this[side].hidden = isOwn;
    this.costPart.hidden = isOwn;
    this.own.hidden = !isOwn;
    this.back.hidden = !isOwn;
    this.drawing.classList.toggle("own", isOwn);
    if (this.line && !isOwn) this.line.element.hidden = true;
    this.shownOwn = null;
    if (isOwn) this.drawOwn(result, state);
    else this.drawBoth(result, state);
  }

  private drawOwn(own: OwnHeads, state: HeadsState): void {
    const { set, firstLayer, shownLayers, layers, headsPerLayer, words, keyWords, areFew } = own;
    const palette = this.colors;
    const shown: ShownHeads = {
      set,
      ...namesOf(shownLayers, headsPerLayer, palette, firstLayer, layers),
      order: headOrder(set, state.order),
      isGrouped: state.order === "similarity",
      off: [],
      result: null,
      words,
      keyWords,
    };
    this.shownOwn = { own, shown };
    this.layers?.show(layers, shownLayers === layers ? 0 : firstLayer + 1, areFew);
    this.own.measure();
    this.own.show(shown, own.source, palette, largestOf(set.difference.data, 0));
    if (!this.own.reread()) this.read(null, "");
  }

  private drawBoth(both: BothHeads, state: HeadsState): void {
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
    const shownSides = {
      random: shown("random", random, 1, count),
      trained: shown("trained", trained.set, trained.layers, trained.headsPerLayer),
    };
    this.sides = shownSides;
    const most = [random, trained.set].reduce((largest, { difference }) => largestOf(difference.data, largest), 0);
    for (const side of [this.random, this.trained]) side.measure();
    this.random.show(shownSides.random, `${count} of width ${dModel / count}, as they were drawn`, palette, most);
    const { layers, headsPerLayer, words } = trained;
    const source = `${layers} layers of ${headsPerLayer}, reading “${words.slice(0, 12).join(" ")} …”`;
    this.trained.show(shownSides.trained, source, palette, most);
    drawCosts(this.costTable, { costs, dModel, tokens, chosen: count }, palette);
    if (!this.random.reread() && !this.trained.reread()) this.read(null, "");
  }

  private read(reading: Reading | null, hue: string): void {
    const nothing = this.shownOwn
      ? readGroups(this.shownOwn.own.set)
      : this.both && compareSides(this.both.random, this.both.trained.set);
    const text = reading ?? nothing;
    if (!text) return;
    this.readout.show(text, reading ? hue : (this.colors.maps[0] ?? ""), reading !== null);
  }

  /** The head, and the one that was compared last. */
  private comparedWith(head: number): Partial<HeadsState> {
    const [last = 0] = this.shownOwn?.own.set.pair ?? [];
    return { "own-pair": { query: head, key: last } };
  }

  private makeSide(side: AnySide): HeadPane {
    return new HeadPane(side, {
      toggle: (head) =>
        this.change(
          side === "own" ? this.comparedWith(head) : { [`${side}-off`]: toggled(this.state[`${side}-off`], head) },
          true,
        ),
      choose: (a, b) => this.change({ [`${side}-pair`]: { query: a, key: b } }, true),
      read: (reading, hue) => this.read(reading, hue),
    });
  }
}

const reading = () => import("./own-heads");

const pairOf = (cell: Cell | null) => cell && ([cell.query, cell.key] as const);

const largestOf = (values: Float32Array, least: number) =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), least);

function rowOf(heads: number, cost: AttentionCost | undefined): CostRow {
  if (!cost) throw new Error(`the cost of ${heads} heads was asked for`);
  return { heads, width: dModel / heads, cost };
}
