/**
 * <heed-attention>: attention of any origin. From Q, K and V, and from scores, the core computes the weights; weights alone are
 * shown as they are. How a file is read is guessed (formats/layouts) and said, and can be changed. Data: the attribute experiment ("single-head" or "multi-head", the source experiment's); the attribute src (JSON,
 * CSV, NPY, NPZ, safetensors or what torch.save wrote, told apart by content); a child <script type="application/json">; the properties query and
 * key (and value), or weights, and tokens, queryTokens, keyTokens; all of them at once as the property data; a file chosen or
 * dropped, or text pasted.
 * The caption is the writer's: an element with slot="caption".
 * Attributes experiment, src, causal, temperature, scale. Methods: open(blob, name). Property: state.
 * Events: heed-change (the reader set something; detail.state), heed-data (detail.name, detail.explanation), heed-error (detail.error).
 */
import { EngineError, engine } from "../../compute/client";
import { el } from "../../controls/el";
import { sheetOf } from "../../figure/figure-shell";
import { keepFocus } from "../../figure/keep-focus";
import { inAddress } from "../../figure/link";
import type { ReadData } from "../../figure/own/attention-data";
import { coreSettings } from "../../figure/own/core-settings";
import { dataText } from "../../figure/own/data-text";
import { listenToFiles, namesOf, readFiles, unlinkableData, withTokens } from "../../figure/own/own-files";
import ownFiles from "../../figure/own/own-files.css?inline";
import type { ReadingLine } from "../../figure/own/reading-line";
import attention from "../../figure/styles/attention.css?inline";
import base from "../../figure/styles/base.css?inline";
import charts from "../../figure/styles/charts.css?inline";
import controls from "../../figure/styles/controls.css?inline";
import figure from "../../figure/styles/figure.css?inline";
import menu from "../../figure/styles/menu.css?inline";
import printed from "../../figure/styles/print.css?inline";
import shell from "../../figure/styles/shell.css?inline";
import tables from "../../figure/styles/tables.css?inline";
import { type DataFile, FormatError } from "../../formats/tensor";
import { defaultsOf, fromSettingsSearch, toSettingsSearch } from "../../model/settings";
import { AttentionControls } from "./attention-controls";
import { AttentionFigure } from "./attention-figure";
import { AttentionProperties } from "./attention-properties";
import { type AttentionState, attentionSettings } from "./attention-state";
import type { Comparison } from "./comparison";

const sheet = sheetOf(base, figure, controls, charts, tables, shell, attention, ownFiles, menu, printed);

const invitation =
  "Open or drop a file with Q, K and V or weights, or paste text: JSON, CSV, NPY, NPZ, safetensors or PyTorch. It stays in this browser.";

export class HeedAttention extends AttentionProperties {
  static readonly observedAttributes = ["src", "experiment", "causal", "temperature", "scale"];

  private readonly controls: AttentionControls;
  /** There once a file has been read. */
  private line: ReadingLine | undefined;
  private comparison: Comparison | undefined;
  private readonly figure: AttentionFigure;
  private file: { name: string; data: DataFile } | null = null;
  private current: AttentionState = defaultsOf(attentionSettings);
  /** What the shown data are. */
  private explanation = "";
  /** The newest wish for data or numbers; what belongs to an older one is dropped. */
  private wish = new AbortController();

  constructor() {
    super([sheet]);
    this.controls = new AttentionControls({
      open: (files) => void this.openOwn(files),
      mask: (mask) => {
        this.change({ mask });
        void this.compute();
      },
      tone: (colours) => {
        this.figure.setTone(colours);
        this.change({ colours });
      },
    });
    this.figure = new AttentionFigure(() => {
      const { layer, head } = this.current;
      this.change(this.figure.viewed);
      if (this.isCombined && (layer !== this.current.layer || head !== this.current.head)) void this.compute();
    });
    const slot = el("div", { class: "fallback" }, el("slot"));
    const body = el(
      "div",
      { class: "figure", part: "figure" },
      this.controls.element,
      this.message,
      this.figure.element,
      slot,
    );
    this.shadowRoot?.append(body);
    this.controls.tools.append(
      ...this.menus({
        box: body,
        facts: () => ({
          title: `Attention${this.file ? ` of ${this.file.name}` : ""}`,
          settings: this.figure.chosenName,
          provenance: this.message.textContent ?? "",
        }),
        data: () => this.figure.data(),
        attributes: () => this.asAttributes(),
        content: () => this.asContent(),
      }),
    );
    listenToFiles(this, body, (files) => void this.openOwn(files));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.upgradeProperties();
    if (this.isGiven) return; // comes in this turn
    if (this.file) {
      void this.compute();
      return;
    }
    const inline = this.querySelector('script[type="application/json"]')?.textContent;
    if (inline) void this.open(new Blob([inline]), "inline data");
    else void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.wish.abort();
    this.removeAttribute("aria-busy");
  }

  attributeChangedCallback(name: string, _before: string | null, text: string | null): void {
    if (name === "causal") this.current = { ...this.current, mask: text === null ? "none" : "causal" };
    if (name === "temperature") this.current = { ...this.current, temperature: Number(text ?? 1) };
    if (name === "scale") {
      const scaling = text === null ? "1/√d" : "other";
      this.current = { ...this.current, scaling, ...(text === null ? {} : { scale: Number(text) }) };
    }
    if (!this.isConnected) return;
    if (name === "src" || name === "experiment") void this.load();
    else void this.compute();
  }

  /** What the figure shows, beside what its page gives it; `data` is what the reader opened. */
  get state(): AttentionState {
    return this.current;
  }

  override toSearch(search = ""): string {
    return toSettingsSearch(attentionSettings, this.current, addressPrefix, search);
  }

  /** What cannot be used keeps its value, and is said. */
  override fromSearch(search: string, isExact = false, damage = ""): void {
    const otherwise = isExact ? defaultsOf(attentionSettings) : this.current;
    const { state, problems } = fromSettingsSearch(attentionSettings, search, addressPrefix, otherwise);
    this.current = state;
    this.explain(inAddress(problems, damage));
    if (state.data) this.take(state.data, state.name);
    else if (this.isConnected) void this.compute();
  }

  protected override hint(): string {
    return this.explanation || invitation;
  }

  /** Nothing is typed here. */
  protected override typingNote(): string {
    return "";
  }

  protected override redraw(): void {
    this.figure.restyle();
  }

  protected override tryAgain(): void {
    if (this.file) void this.compute();
    else void this.load();
  }

  /** Whether the reader opened or pasted what is shown. */
  get hasOwnData(): boolean {
    return this.current.data !== null;
  }

  /** What of the state others may know: a page around a frame, a notebook's kernel. Nothing that depends on a reader's data. */
  get publicState(): Partial<AttentionState> {
    const { mask, temperature, colours } = this.current;
    return this.hasOwnData ? { mask, temperature, colours } : this.current;
  }

  get unlinkable(): string | null {
    const { data } = this.current;
    return data && dataText(data) === null ? unlinkableData : null;
  }

  /** { query, key, value } or { weights }, as nested arrays or { shape, data, dtype }, bytes among them, and tokens. */
  set data(value: unknown) {
    void this.takeValue(value);
  }

  private async takeValue(value: unknown): Promise<void> {
    const { signal } = this.begin();
    try {
      // As they are now: a script may go on with its arrays.
      const copy: unknown = structuredClone(value);
      const { fromJson, rawNumbers } = await reading();
      if (!signal.aborted) this.takeFromPage(fromJson(copy, "data", rawNumbers), "data");
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
    }
  }

  /** What the reader brings takes the place of what the page gave, in links too. Several files are read as one. */
  private openOwn(files: readonly File[]): Promise<void> {
    const name = namesOf(files);
    return this.read(files, name, (data) => this.takeOwn(data, name));
  }

  private takeOwn(data: DataFile, name: string): void {
    const { file, current } = this;
    // Names alone are those of the tokens that are shown.
    const tokens = Object.values(data.labels)[0];
    if (data.tensors.length === 0 && file && tokens) {
      this.nameTokens(tokens);
      return;
    }
    const { mask, colours } = current;
    this.change({ ...defaultsOf(attentionSettings), mask, colours, data, name });
    this.take(data, name);
  }

  /** Names for the tokens that are shown; null: those of the file. */
  private nameTokens(tokens: readonly string[] | null): void {
    const { file } = this;
    if (!file) return;
    const name = file.name;
    const data = withTokens(file.data, tokens);
    this.change({ data, name });
    this.take(data, name);
  }

  private change(change: Partial<AttentionState>): void {
    this.forget();
    this.current = { ...this.current, ...change };
    this.emit("heed-change", { state: this.current });
  }

  /** Reads a file of any of the formats and shows what is in it. */
  open(blob: Blob, name: string): Promise<void> {
    return this.read([new File([blob], name)], name, (data) => this.takeFromPage(data, name));
  }

  private async read(files: readonly File[], name: string, take: (data: DataFile) => void): Promise<void> {
    const { signal } = this.begin();
    try {
      const read = await readFiles(files, signal);
      const { merged } = await reading();
      // Another file may have been chosen meanwhile.
      if (signal.aborted) return;
      const data = merged(read);
      if (data.tensors.length === 0 && !this.file)
        throw new FormatError(
          `${name}: it holds names of tokens, but no numbers; open it after the file with the numbers`,
        );
      take(data);
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
    }
  }

  private async load(): Promise<void> {
    const src = this.getAttribute("src");
    const experiment = this.getAttribute("experiment");
    if (!src && experiment === null) return;
    const { signal } = this.begin();
    try {
      if (!src) {
        await this.loadExperiment(experiment ?? "", signal);
        return;
      }
      const response = await fetch(src, { signal });
      if (!response.ok) throw new FormatError(`${src}: the server answered ${response.status}`);
      const blob = await response.blob();
      if (!signal.aborted) await this.open(blob, src.split("/").at(-1) ?? src);
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
    }
  }

  private async loadExperiment(name: string, signal: AbortSignal): Promise<void> {
    const { experimentData, parseExperiment } = await reading();
    const parsed = parseExperiment(name);
    if ("problem" in parsed) throw new FormatError(parsed.problem);
    const data = await experimentData(parsed.value);
    if (!signal.aborted) this.takeFromPage(data, `the source experiment, ${parsed.value}`);
  }

  private begin(): AbortController {
    this.wish.abort();
    this.wish = new AbortController();
    this.setAttribute("aria-busy", "true");
    return this.wish;
  }

  /** From the page: nothing of it need be in a link. */
  private takeFromPage(data: DataFile, name: string): void {
    this.current = { ...this.current, data: null, name: "" };
    this.take(data, name);
  }

  private take(data: DataFile, name: string): void {
    this.file = { name, data };
    if (this.isConnected) void this.compute();
  }

  private async compute(): Promise<void> {
    const { file } = this;
    if (!file) return;
    const { signal } = this.begin();
    let read: ReadData | undefined;
    try {
      const own = await reading();
      const { attentionData, attentionMaps, combineAs, explain, layerEntropyOf, LayerEntropyFigure } = own;
      if (signal.aborted) return;
      this.line ??= this.readingLine(own.ReadingLine, own.readingSheet);
      this.comparison ??= this.comparisonIn(this.line, own.Comparison);
      read = attentionData(file.data, this.current);
      const isComputed = !("maps" in read.data) || read.data.values === "scores";
      this.controls.show(this.current, isComputed);
      this.line.show(file.data, read, this.current);
      const maps = await attentionMaps(read.data, coreSettings(this.current), engine);
      // What the reader looks at may change while it is made.
      for (let map = -1; map !== maps.placeOf(this.current); ) {
        map = maps.placeOf(this.current);
        await maps.map(map);
      }
      if (signal.aborted) return;
      this.comparison.offer(
        maps.shape,
        read.reading.sets.map(({ name }) => name).filter((name) => name !== read?.set.name),
        this.current,
      );
      const large = this.isCombined
        ? await combineAs(maps, file.data, this.current, coreSettings(this.current), engine)
        : null;
      if (signal.aborted) return;
      this.classList.add("drawn");
      keepFocus(this.shadowRoot, () => this.figure.show(maps, this.current, large));
      const explanation = explain(read.data);
      this.explanation = `${file.name}: ${[explanation, ...read.data.notes].join("; ")}.`;
      this.succeed();
      await maps.describeAll((map) => this.figure.added(map), signal);
      const layers = await layerEntropyOf(maps, engine);
      if (signal.aborted) return;
      this.figure.complete(layers, LayerEntropyFigure);
      this.emit("heed-data", { name: file.name, explanation });
      this.removeAttribute("aria-busy");
    } catch (error) {
      if (signal.aborted) return;
      if (!read) this.line?.list(file.data, this.current.roles);
      this.refuse(error instanceof FormatError || error instanceof EngineError ? prefixed(file.name, error) : error);
    }
  }

  private readingLine(Line: typeof ReadingLine, lineSheet: CSSStyleSheet): ReadingLine {
    const line = new Line({
      change: (change) => this.changeNumbers(change),
      problem: (text) => this.sayTyping(text),
      tokens: (tokens) => this.nameTokens(tokens),
    });
    this.shadowRoot?.adoptedStyleSheets.push(lineSheet);
    this.figure.element.after(line.element);
    return line;
  }

  private comparisonIn(line: ReadingLine, Menus: typeof Comparison): Comparison {
    const comparison = new Menus((change) => this.changeNumbers(change));
    line.element.prepend(comparison.element);
    return comparison;
  }

  /** A change for which maps are due. */
  private changeNumbers(change: Partial<AttentionState>): void {
    this.change(change);
    void this.compute();
  }

  /** Whether something else than one head is drawn large. */
  private get isCombined(): boolean {
    return this.current.view !== "one head" || this.current.less !== "";
  }

  private refuse(error: unknown): void {
    this.removeAttribute("aria-busy");
    const reason = error instanceof Error ? error : new Error(String(error));
    this.fail(reason, reason.message.replace(/[^.!?]$/, "$&."));
  }

  /** For a tag on another page: what the page gives, unless the reader has brought data. */
  private asAttributes(): Record<string, string> {
    const { mask, temperature, data } = this.current;
    const { scale } = coreSettings(this.current);
    const [src, experiment] = [this.getAttribute("src"), this.getAttribute("experiment")];
    return {
      ...(src && !data ? { src: new URL(src, document.baseURI).href } : {}),
      ...(experiment && !src && !data ? { experiment } : {}),
      ...(mask === "causal" ? { causal: "" } : {}),
      ...(temperature === 1 ? {} : { temperature: String(temperature) }),
      ...(scale === undefined ? {} : { scale: String(scale) }),
    };
  }

  /** The numbers for inside the tag, where no attribute names them; null where they are too many. */
  private asContent(): string | null {
    const { file, current } = this;
    if (!file || (!current.data && (this.hasAttribute("src") || this.hasAttribute("experiment")))) return "";
    return dataText(file.data);
  }
}

const reading = () => import("./file-reading");

const addressPrefix = "attention-";

const prefixed = (name: string, error: Error) => new FormatError(`${name}: ${error.message}`);
