/**
 * <heed-attention>: attention of any origin. From Q, K and V, and from scores, the core computes the weights; weights alone are
 * shown as they are. How a file is read is guessed (formats/layouts) and said, and can be changed. Data: the attribute experiment ("single-head" or "multi-head", the source experiment's); the attribute src (JSON,
 * CSV, NPY, NPZ, safetensors or what torch.save wrote, told apart by content); a child <script type="application/json">; the properties query and
 * key (and value), or weights, and tokens, queryTokens, keyTokens; all of them at once as the property data; a file chosen or
 * dropped, or text pasted.
 * The caption is the writer's: an element with slot="caption".
 * Attributes experiment, src, causal, temperature, scale. Methods: open(blob, name). Property: state.
 * Events: heed-change (the reader set something; detail.state), heed-data (all is drawn; detail.name, detail.explanation), heed-result,
 * heed-error (detail.error).
 */
import { EngineError, engine } from "../../compute/client";
import { sheetOf } from "../../figure/figure-shell";
import type { ReadData } from "../../figure/own/attention-data";
import { coreSettings } from "../../figure/own/core-settings";
import { dataText } from "../../figure/own/data-text";
import { OpenedFiles } from "../../figure/own/files/opened-files";
import { fileControl, listenToFiles, unlinkableData, withTokens } from "../../figure/own/files/own-files";
import ownFiles from "../../figure/own/files/own-files.css?inline";
import type { CombinedMap, MapCollection } from "../../figure/own/map-collection";
import type { ReadingLine } from "../../figure/own/reading-line";
import attention from "../../figure/styles/attention.css?inline";
import { FormatError } from "../../formats/tensor";
import type { FigureData } from "../../model/figure-data";
import { defaultsOf } from "../../model/settings";
import { AttentionFigure } from "./attention-figure";
import { AttentionProperties } from "./attention-properties";
import { type AttentionState, attentionSettings, isCombined } from "./attention-state";
import type { Comparison } from "./comparison";
import {
  addressSource,
  blobSource,
  experimentSource,
  type NamedFile,
  PageSource,
  reading,
  valueSource,
} from "./page-source";

const sheet = sheetOf(attention, ownFiles);

const invitation =
  "Open or drop a file with Q, K and V or weights, or paste text: JSON, CSV, NPY, NPZ, safetensors or PyTorch. It stays in this browser.";

interface Shown {
  readonly name: string;
  readonly read: ReadData;
  readonly maps: MapCollection;
  /** What is drawn large in place of one head. */
  readonly large: CombinedMap | null;
  /** "weights: 1 layer, …". */
  readonly explanation: string;
}

export class HeedAttention extends AttentionProperties<Shown> {
  static readonly observedAttributes = ["src", "experiment", "causal", "temperature", "scale"];

  static {
    HeedAttention.makeDataSettable(HeedAttention);
  }

  /** There once a file has been read, as is the line that says how. */
  private figure: AttentionFigure | undefined;
  private readonly source = new PageSource();
  private readonly opened: OpenedFiles;
  private line: ReadingLine | undefined;
  private comparison: Comparison | undefined;
  /** Whether weights are computed, so that a mask can be set. */
  private isComputed = true;
  private drawn: Shown | null = null;
  /** What the shown data are. */
  private explanation = "";

  constructor() {
    super({
      settings: attentionSettings,
      label: "Your own numbers",
      hint: invitation,
      readingHint: "Point at a cell to read it. Click to keep it. The arrow keys move over the map.",
      viewSettings: ["colours", "layer", "head", "cell"],
      sheet,
    });
    this.opened = new OpenedFiles({
      activity: this.activity,
      shown: () => this.file?.data ?? null,
      merged: async () => (await reading()).merged,
      open: (data, name) => this.takeOwn(data, name),
      refuse: (reason, error) => {
        this.explain(reason);
        this.emit("heed-error", { error });
      },
    });
    // Nothing of it is seen until there are numbers.
    this.drawing.append(this.readout.element, this.caption, this.details.element);
    this.drawing.hidden = true;
    const open = (files: readonly File[]) => void this.opened.read(files);
    this.controls.element.prepend(fileControl("A file with Q, K, V or weights", open));
    // The message says where the numbers come from.
    this.controls.provenance.remove();
    listenToFiles(this, this.drawing.parentElement ?? this.drawing, open);
  }

  override connectedCallback(): void {
    this.upgradeProperties();
    // What is set in this turn comes at its end.
    if (!this.isGiven && !this.source.isThere) this.takeWritten();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.opened.stop();
    this.source.stop();
  }

  override attributeChangedCallback(name: string, before: string | null, text: string | null): void {
    if (name === "src" || name === "experiment") {
      if (this.isConnected) this.takeNamed();
      return;
    }
    if (name === "causal") super.attributeChangedCallback("mask", before, text === null ? null : "causal");
    else super.attributeChangedCallback(name, before, text);
    if (name === "scale") this.state = { ...this.state, scaling: text === null ? "1/√d" : "other" };
  }

  override get hasOwnData(): boolean {
    return this.state.data !== null;
  }

  /** Nothing that depends on a reader's data. */
  override get publicState(): Partial<AttentionState> {
    const { mask, temperature, colours } = this.state;
    return this.hasOwnData ? { mask, temperature, colours } : this.state;
  }

  get unlinkable(): string | null {
    const { data } = this.state;
    return data && dataText(data) === null ? unlinkableData : null;
  }

  /** Reads a file of any of the formats and shows what is in it. */
  open(blob: Blob, name: string): Promise<void> {
    this.take(blobSource(blob, name));
    const done = () => {};
    return this.source.load().then(done, done);
  }

  protected override takeData(value: unknown): void {
    this.take(valueSource(value));
  }

  /** What stands in the element, or what its attributes name. */
  private takeWritten(): void {
    const inline = this.querySelector('script[type="application/json"]')?.textContent;
    if (inline) this.take(blobSource(new Blob([inline]), "inline data"));
    else if (!this.state.data) this.takeNamed();
  }

  private takeNamed(): void {
    const src = this.getAttribute("src");
    const experiment = this.getAttribute("experiment");
    if (src) this.take(addressSource(src));
    else if (experiment !== null) this.take(experimentSource(experiment));
  }

  /** From the page, in place of what the reader brought: nothing of it need be in a link. */
  private take(source: Parameters<PageSource["give"]>[0]): void {
    this.opened.stop();
    this.source.give(source);
    this.state = { ...this.state, data: null, name: "" };
  }

  /** What the reader brings takes the place of what the page gave, in links too; names alone are those of the tokens that are shown. */
  private takeOwn(data: NamedFile["data"], name: string | null): void {
    const { mask, colours } = this.state;
    if (name === null) this.change({ data, name: this.file?.name ?? "" }, true);
    else this.change({ ...defaultsOf(attentionSettings), mask, colours, data, name }, true);
  }

  /** What is shown, or will be once it is computed. */
  private get file(): NamedFile | null {
    const { data, name } = this.state;
    return data ? { data, name } : this.source.file;
  }

  protected override get hasInput(): boolean {
    return this.hasOwnData || this.source.isThere;
  }

  protected override keyOf(state: AttentionState): string {
    const given = state.data ? "" : this.source.number;
    const place = isCombined(state) ? `${state.layer}.${state.head}` : "";
    return `${super.keyOf(state)} ${given} ${place}`;
  }

  protected compute(state: AttentionState, signal: AbortSignal): Promise<Shown> {
    // What has begun of an older request is left to itself.
    const superseded = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    return Promise.race([this.read(state, signal), superseded]);
  }

  private async read(state: AttentionState, signal: AbortSignal): Promise<Shown> {
    const own = await reading();
    const { data: file, name } = state.data ? { data: state.data, name: state.name } : await this.source.load(signal);
    signal.throwIfAborted();
    const line = this.lineOf(own);
    let read: ReadData | undefined;
    try {
      read = own.attentionData(file, state);
      this.isComputed = !("maps" in read.data) || read.data.values === "scores";
      this.showSettings(this.state);
      line.show(file, read, state);
      const { data } = read;
      const settings = coreSettings(state);
      const maps = await this.parts.get("maps", [this.keyOf({ ...state, view: "one head", less: "" })], () =>
        own.attentionMaps(data, settings, engine),
      );
      // What the reader looks at may change while it is made.
      for (let map = -1; map !== maps.placeOf(this.state); ) {
        map = maps.placeOf(this.state);
        await maps.map(map);
      }
      const large = isCombined(state) ? await own.combineAs(maps, file, state, settings, engine) : null;
      return { name, read, maps, large, explanation: own.explain(data) };
    } catch (error) {
      signal.throwIfAborted();
      if (!read) line.list(file, state.roles);
      const isOfFile = error instanceof FormatError || (error instanceof EngineError && error.kind !== "load");
      throw isOfFile ? new FormatError(`${name}: ${error.message}`) : error;
    }
  }

  protected draw(shown: Shown, state: AttentionState): void {
    const { name, read, maps, large, explanation } = shown;
    this.drawing.hidden = false;
    if (shown !== this.drawn) {
      const others = read.reading.sets.map((set) => set.name).filter((each) => each !== read.set.name);
      this.comparison?.offer(maps.shape, others, state);
      this.explanation = `${name}: ${[explanation, ...read.data.notes].join("; ")}.`;
    }
    this.drawn = shown;
    this.figure?.show(maps, state, large);
  }

  protected override async complete({ name, maps, explanation }: Shown, signal: AbortSignal): Promise<void> {
    const { layerEntropyOf } = await reading();
    await maps.describeAll((map) => this.figure?.added(map), signal);
    if (signal.aborted) return;
    const layers = await layerEntropyOf(maps, engine);
    const chart = layers && (await import("../../figure/own/layer-entropy-figure"));
    if (signal.aborted) return;
    this.figure?.complete(layers, chart?.LayerEntropyFigure);
    this.refreshData();
    this.emit("heed-data", { name, explanation });
  }

  protected override resized(): void {
    this.figure?.resize();
  }

  data(): FigureData[] {
    return this.figure?.data() ?? [];
  }

  /** After the reader chose another head in the drawing, or a cell to keep. */
  private look({ viewed }: AttentionFigure): void {
    const { layer, head } = this.state;
    const isOther = layer !== viewed.layer || head !== viewed.head;
    if (isOther && isCombined(this.state)) this.change(viewed, true);
    else this.note(viewed, true);
  }

  private lineOf(own: Awaited<ReturnType<typeof reading>>): ReadingLine {
    if (this.line) return this.line;
    const { Comparison, EntropyChart, ReadingLine, readingSheet } = own;
    const { drawing, readout, caption, details } = this;
    const figure = new AttentionFigure(
      { drawing, readout, caption, details, entropy: EntropyChart },
      () => this.colors,
      () => this.look(figure),
    );
    this.figure = figure;
    const line = new ReadingLine({
      change: (change) => this.change(change, true),
      problem: (text) => this.sayTyping(text),
      tokens: (tokens) => this.file && this.takeOwn(withTokens(this.file.data, tokens), null),
    });
    this.comparison = new Comparison((change) => this.change(change, true));
    line.element.prepend(this.comparison.element);
    this.shadowRoot?.adoptedStyleSheets.push(readingSheet);
    drawing.after(line.element);
    this.line = line;
    return line;
  }

  /** A mask can be set only where weights are computed. */
  protected override showSettings(state: AttentionState): void {
    this.controls.show({ ...state, isComputed: this.isComputed } as AttentionState);
  }

  protected override showOrigin(): void {}

  protected provenance(): string {
    return this.message.textContent ?? "";
  }

  protected override hint(): string {
    return this.explanation || super.hint();
  }

  protected override get subject(): string {
    return `Attention${this.file ? ` of ${this.file.name}` : ""}`;
  }

  protected override settingsInWords(): string {
    return this.figure?.chosenName ?? "";
  }

  /** What the page gives, unless the reader has brought data. */
  protected override attributesToShare(): Readonly<Record<string, string>> {
    const { mask, temperature, data } = this.state;
    const { scale } = coreSettings(this.state);
    const [src, experiment] = [this.getAttribute("src"), this.getAttribute("experiment")];
    return {
      ...(src && !data ? { src: new URL(src, document.baseURI).href } : {}),
      ...(experiment && !src && !data ? { experiment } : {}),
      ...(mask === "causal" ? { causal: "" } : {}),
      ...(temperature === 1 ? {} : { temperature: String(temperature) }),
      ...(scale === undefined ? {} : { scale: String(scale) }),
    };
  }

  /** The numbers, where no attribute names them. */
  protected override content(): string | null {
    const { file } = this;
    if (!file || (!this.hasOwnData && (this.hasAttribute("src") || this.hasAttribute("experiment")))) return "";
    return dataText(file.data);
  }

  /** Messages begin with a file's name, as it is written. */
  protected override fail(error: Error): void {
    super.fail(error, error.message.replace(/[^.!?]$/, "$&."));
  }
}
