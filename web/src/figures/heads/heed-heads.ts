/**
 * <heed-heads>: two trained heads, large; random heads and trained ones beside each other: what each looks at, how unlike they are,
 * what two of them do differently, how far the output moves without some, and what many heads cost. Or, in place of them, heads of the reader's
 * own, from a file that is chosen or dropped, or from pasted text. Attributes: the settings of heads-state.ts.
 * Methods: open(blob, name).
 */
import type { HeadSet } from "../../compute/client";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { dataText } from "../../figure/own/data-text";
import { OpenedFiles } from "../../figure/own/files/opened-files";
import { fileControl, listenToFiles, unlinkableData } from "../../figure/own/files/own-files";
import ownFiles from "../../figure/own/files/own-files.css?inline";
import type { LayerEntropyFigure } from "../../figure/own/layer-entropy-figure";
import type { Reading } from "../../figure/reading";
import { hueOfHead } from "../../figure/trained/head-labels";
import { TrainedModel } from "../../figure/trained/trained-model";
import type { FigureData } from "../../model/figure-data";
import { type BothHeads, bothHeads, dModel, tokens } from "./both-heads";
import { headOrder } from "./head-order";
import { largestOf } from "./head-pairs";
import { HeadPane } from "./head-pane";
import { compareSides, readGroups } from "./head-readings";
import heads from "./heads.css?inline";
import { drawCosts } from "./heads-cost";
import { dataOfCosts, dataOfSide } from "./heads-data";
import { type HeadsState, headsSettings, noData, toggled } from "./heads-state";
import type { OwnHeads } from "./own-heads";
import { OwnSide, reading } from "./own-side";
import { namesOf, type ShownHeads } from "./shown-heads";

const sheet = sheetOf(heads, ownFiles);

type Side = "random" | "trained";
type AnySide = Side | "own";
const sides = ["random", "trained"] as const;

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
  private readonly ownSide = new OwnSide({
    change: (change) => this.change(change, true),
    problem: (text) => this.sayTyping(text),
    data: () => this.state.data,
    adopt: (sheets, line) => {
      this.shadowRoot?.adoptedStyleSheets.push(...sheets);
      this.drawing.after(line);
    },
  });
  /** There once a file had heads of several layers. */
  private layerEntropy: LayerEntropyFigure | undefined;
  private shownOwn: { readonly own: OwnHeads; readonly shown: ShownHeads } | null = null;
  private readonly opened = new OpenedFiles({
    activity: this.activity,
    shown: () => this.state.data,
    merged: async () => (await reading()).merged,
    open: (data, name) => this.change(name === null ? { data } : { ...noData, data, name }, true),
    refuse: (reason, error) => {
      this.explain(reason);
      this.emit("heed-error", { error });
    },
  });

  constructor() {
    super({
      settings: headsSettings,
      label: "Many heads",
      hint: "Point at a head or a cell to read it, or move there with the arrow keys. Click a divergence to compare two heads.",
      viewSettings: ["order"],
      sheet,
    });
    this.drawing.classList.add("many-heads");
    this.drawing.append(
      this.trained.pairs.large,
      this.own.pairs.large,
      el("div", { class: "sides" }, this.random.heads, this.trained.heads, this.own.heads),
      this.readout.element,
      el("div", { class: "sides" }, this.random.pairs.element, this.trained.pairs.element, this.own.pairs.element),
      this.costPart,
    );
    this.own.hidden = true;
    this.back.hidden = true;
    this.back.addEventListener("click", () => this.change(noData, true));
    const open = (files: readonly File[]) => void this.opened.read(files);
    this.controls.own.append(fileControl("A file with weights, or Q and K, of heads", open), this.back);
    listenToFiles(this, this.drawing, open);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.opened.stop();
    this.model.close();
  }

  /** Reads a file of any of the formats, and shows the heads that are in it. */
  open(blob: Blob, name: string): Promise<void> {
    return this.opened.read([new File([blob], name)], name);
  }

  override get hasOwnData(): boolean {
    return this.state.data !== null;
  }

  get unlinkable(): string | null {
    const { data } = this.state;
    return data && dataText(data) === null ? unlinkableData : null;
  }

  protected override hint(): string {
    return this.shownOwn && this.state.data ? this.shownOwn.own.explanation : super.hint();
  }

  protected compute(state: HeadsState, signal: AbortSignal): Promise<BothHeads | OwnHeads> {
    const { data } = state;
    if (!data) return bothHeads(state, this.parts, this.model, signal);
    return this.ownSide.compute(state, data, this.keyOf({ ...state, "own-pair": null }), this.parts, signal);
  }

  protected provenance(state: HeadsState): string {
    if (state.data) return `from ${state.name}`;
    const { steps } = this.both?.trained ?? {};
    return `random weights; trained by Heed${steps ? `, ${steps} steps` : ""}`;
  }

  data(): FigureData[] {
    if (this.shownOwn) return [...dataOfSide("own", this.shownOwn.shown), ...(this.layerEntropy?.data() ?? [])];
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
    if (!isOwn) this.ownSide.hide();
    this.shownOwn = null;
    if (!isOwn && this.layerEntropy) this.layerEntropy.element.hidden = true;
    if (isOwn) this.drawOwn(result, state);
    else this.drawBoth(result, state);
  }

  private drawOwn(own: OwnHeads, state: HeadsState): void {
    const { set, firstLayer, shownLayers, layers, headsPerLayer, words, keyWords } = own;
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
    this.ownSide.show(own);
    this.showLayers(own);
    this.own.measure();
    this.own.show(shown, own.source, palette, largestOf(set.difference.data, 0));
    if (!this.own.reread()) this.read(null, "");
  }

  private showLayers({ byLayer, LayerEntropyFigure, headsPerLayer }: OwnHeads): void {
    if (byLayer && !this.layerEntropy) {
      this.layerEntropy = new LayerEntropyFigure({
        read: (text, head) => this.read(text, hueOfHead(this.colors, head)),
        choose: ({ layer, head }) => this.change(this.comparedWith(layer * headsPerLayer + head), true),
      });
      this.readout.element.after(this.layerEntropy.element);
    }
    this.layerEntropy?.show(byLayer, (head) => hueOfHead(this.colors, head));
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
