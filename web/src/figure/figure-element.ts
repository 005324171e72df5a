/**
 * What every figure is made of: a line of controls, a message, a drawing, a sentence that reads the place in focus, the
 * writer's caption (slot="caption"), and the numbers as tables. A figure supplies settings, a computation and a drawing.
 * What stands in the element otherwise is shown until there is something to draw.
 * Attributes: the settings, and controls="none", which leaves the line of controls out. Properties: state, highlighted.
 * Events: heed-input (while a value is dragged), heed-change (settled; detail.state), heed-result (detail.result),
 * heed-error (detail.error).
 */
import { type Palette, readPalette } from "../charts/color/palette";
import { engine } from "../compute/client";
import { Superseded } from "../compute/errors";
import { el } from "../controls/el";
import { SettingsLine } from "../controls/settings-line";
import { asSentence } from "../model/as-sentence";
import type { FigureData } from "../model/figure-data";
import {
  applies,
  defaultsOf,
  entriesOf,
  fromSettingsSearch,
  holdsOwn,
  type Settings,
  toSettingsSearch,
  withoutOwn,
} from "../model/settings";
import { DataDetails } from "./data-details";
import { FigureShell, sheetOf } from "./figure-shell";
import { keepFocus } from "./keep-focus";
import { KeyedResults } from "./keyed-results";
import { inAddress } from "./link";
import type { EmbedContent } from "./menus/embed-code";
import { Readout } from "./readout";
import base from "./styles/base.css?inline";
import charts from "./styles/charts.css?inline";
import controls from "./styles/controls.css?inline";
import figure from "./styles/figure.css?inline";
import menu from "./styles/menu.css?inline";
import printed from "./styles/print.css?inline";
import shell from "./styles/shell.css?inline";
import tables from "./styles/tables.css?inline";

const commonSheet = sheetOf(base, figure, controls, charts, tables, shell, menu, printed);
const slowAfter = 150;
/** A computation that has begun is aborted for a newer one only after as long, so that a drag shows what is on its way. */
const longAfter = 300;
const kept = " The figure keeps the last numbers that could be computed.";

export interface FigureOptions<State> {
  readonly settings: Settings<State>;
  /** What the figure is about, for screen readers: "Why the scale". */
  readonly label: string;
  /** What is said under the controls where there is nothing else to say. */
  readonly hint: string;
  /** What the sentence says while no place is in focus. */
  readonly readingHint?: string;
  /**
   * The settings that say only how a result is looked at. A change of these alone computes nothing; and they are drawn as they are
   * when a result comes, whatever it was computed for, so that what the reader does meanwhile is kept.
   */
  readonly viewSettings?: readonly (keyof State)[];
  /** The settings whose change is no step in the browser's history; where none are named, the figure makes no steps. */
  readonly withoutHistory?: readonly (keyof State)[];
  /** The state with what does not fit the rest of it corrected, such as a cell outside of the map. */
  readonly normalise?: (state: State) => State;
  /**
   * How a state stands in a query, where that is not a parameter for each setting. It is whole: what is not in the query is at its
   * default, and nothing that was said of an earlier one still holds.
   */
  readonly address?: {
    readonly write: (state: State, search: string) => string;
    readonly read: (search: string) => { readonly state: State; readonly problems: readonly string[] };
  };
  /** The figure's own styles, made once for all of its kind by `sheetOf`. */
  readonly sheet: CSSStyleSheet;
}

/** What is being computed. */
interface Computation {
  readonly control: AbortController;
  /** Of the state that it is for. */
  readonly key: string;
  isLong: boolean;
}

export const attributesOf = (settings: object): string[] => Object.keys(settings);

export abstract class FigureElement<State extends object, Result> extends FigureShell {
  protected readonly drawing = el("div", { class: "drawing", part: "drawing" });
  protected readonly readout: Readout;
  protected readonly controls: SettingsLine<State>;
  /** What stands in the element otherwise, and the writer's caption: a figure may leave out the one, and put the other elsewhere. */
  protected readonly fallback = el("div", { class: "fallback" }, el("slot"));
  protected readonly caption = el("div", { class: "caption" }, el("slot", { name: "caption" }));
  protected readonly details: DataDetails;
  private current: State;
  private shown: { readonly result: Result; readonly state: State } | null = null;
  /** What the shown result was computed for. */
  private shownKey = "";
  /** Whether the next computation is due even where its key is that of the shown result. */
  private isStale = false;
  /** Parts of the computation that outlive it. */
  protected readonly parts = new KeyedResults();
  private palette: Palette | undefined;
  private asked = false;
  private isTurnAwaited = false;
  private computing: Computation | null = null;
  private width = 0;

  constructor(private readonly options: FigureOptions<State>) {
    super([commonSheet, options.sheet]);
    const { settings, label, readingHint = "" } = options;
    this.current = defaultsOf(settings);
    this.readout = new Readout(readingHint);
    this.details = new DataDetails(label);
    this.controls = new SettingsLine<State>(settings, `${label}: settings`, {
      change: (change, settled) => this.change(change, settled),
      problem: (text) => this.sayTyping(text),
    });
    const box = el(
      "div",
      { class: "figure", part: "figure", role: "group", "aria-label": label },
      this.controls.element,
      this.message,
      this.fallback,
      this.drawing,
      this.readout.element,
      this.caption,
      this.details.element,
    );
    this.shadowRoot?.append(box);
    this.controls.tools.append(
      ...this.menus({
        box,
        facts: () => ({
          title: label,
          settings: this.settingsInWords(this.current),
          provenance: this.provenance(this.current),
        }),
        data: () => this.data(),
        attributes: () => ({ ...this.sourceAttributes(), ...this.changed() }),
        fileContent: () => this.fileContent(),
      }),
    );
    new ResizeObserver(() => this.resize()).observe(this.drawing);
  }

  /**
   * Works out what is drawn, in the core. `signal` aborts when the figure is removed, or another result is asked for before any of
   * this was begun or when it takes long; rejects with a sentence.
   */
  protected abstract compute(state: State, signal: AbortSignal): Promise<Result>;

  /** Draws a result in the present width and palette. `isNew`: it or the state has just changed, and the change may be shown. */
  protected abstract draw(result: Result, state: State, isNew: boolean): void;

  /** Where the numbers come from, in a few words: "random, seed 1", "built by hand", "trained: 400 steps of induction". */
  protected abstract provenance(state: State): string;

  /** The numbers that are drawn, for the tables and for taking away. */
  abstract data(): readonly FigureData[];

  /** Attributes beside the settings that a tag on another page needs. */
  protected sourceAttributes(): Readonly<Record<string, string>> {
    return {};
  }

  /** What stands in the tag in a file that holds everything. */
  protected async fileContent(): Promise<EmbedContent | null> {
    return null;
  }

  /** What is set, for the files that are saved. */
  protected settingsInWords(state: State): string {
    return inWords(this.options.settings, state);
  }

  /** The state that is shown in place of one that cannot be computed, while there is nothing else to show. */
  protected substituteFor(_state: State, _error: Error): State | null {
    return null;
  }

  protected override hint(): string {
    return this.options.hint;
  }

  protected override typingNote(): string {
    return "The figure keeps what it shows.";
  }

  protected override tryAgain(): void {
    this.refresh();
  }

  /** States with the same key have the same numbers: all settings but those of the view. */
  protected keyOf(state: State): string {
    const { settings, viewSettings = [] } = this.options;
    const computed = entriesOf(settings).filter(([key]) => !viewSettings.includes(key));
    return JSON.stringify(computed.map(([key, { format }]) => format(state[key])));
  }

  /** Computes and draws anew, for what changes of its own accord while the state does not. */
  protected refresh(): void {
    this.isStale = true;
    this.ask();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.showSettings(this.current);
    this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.computing?.control.abort(new Superseded("the figure was removed"));
    this.computing = null;
    this.asked = false;
  }

  attributeChangedCallback(name: string, _before: string | null, text: string | null): void {
    const setting = this.options.settings[name as keyof State];
    const parsed = text === null ? { value: setting.default } : setting.parse(text, this.current);
    if ("problem" in parsed) this.explain(`Ignored in the figure’s attributes: ${parsed.problem}.`);
    else this.state = { ...this.current, [name]: parsed.value };
  }

  /** What the figure shows. Setting it computes, but raises no event: only readers do. */
  get state(): State {
    return this.current;
  }

  set state(state: State) {
    this.current = this.normalised(state);
    if (!this.isConnected) return;
    this.forgetTyping();
    this.showSettings(this.current);
    this.say();
    this.ask();
  }

  /** Whether the state holds what the reader brought. */
  get hasOwnData(): boolean {
    return holdsOwn(this.options.settings, this.current);
  }

  /** What of the state others may know: a page around a frame, a notebook's kernel. Null is nothing. */
  get publicState(): Partial<State> | null {
    return withoutOwn(this.options.settings, this.current);
  }

  /** The part of the drawing that the prose speaks of at the moment; the figure's styles say how it is shown. */
  get highlighted(): string | null {
    return this.drawing.dataset.highlight ?? null;
  }

  set highlighted(part: string | null) {
    if (part === null) delete this.drawing.dataset.highlight;
    else this.drawing.dataset.highlight = part;
  }

  private get addressPrefix(): string {
    return `${this.localName.replace(/^heed-/, "")}-`;
  }

  /** The attributes whose settings are not at their default, as text. */
  private changed(): Record<string, string> {
    const { observedAttributes } = this.constructor as unknown as { readonly observedAttributes: readonly string[] };
    const changed = entriesOf(this.options.settings)
      .map(([key, { default: start, format }]) => ({ key, text: format(this.current[key]), start: format(start) }))
      .filter(({ key, text, start }) => text !== start && observedAttributes.includes(key));
    return Object.fromEntries(changed.map(({ key, text }) => [key, text]));
  }

  private normalised(state: State): State {
    return this.options.normalise?.(state) ?? state;
  }

  /** A state as a part of the query `search`. */
  private searchOf(state: State, search: string): string {
    const { address, settings } = this.options;
    return address ? address.write(state, search) : toSettingsSearch(settings, state, this.addressPrefix, search);
  }

  override toSearch(search = ""): string {
    return this.searchOf(this.current, search);
  }

  /** What of the state makes a step in the browser's history. */
  get historyStep(): string | undefined {
    const { settings, withoutHistory } = this.options;
    const start = defaultsOf(settings);
    const omitted = withoutHistory?.map((key) => [key, start[key]]);
    return omitted && this.searchOf({ ...this.current, ...Object.fromEntries(omitted) }, "");
  }

  /** What cannot be used keeps its value, and is said. */
  override fromSearch(search: string, isExact = false, damage = ""): void {
    const { address, settings } = this.options;
    const otherwise = isExact ? defaultsOf(settings) : this.current;
    const { state, problems } = address
      ? address.read(search)
      : fromSettingsSearch(settings, search, this.addressPrefix, otherwise);
    if (address || damage || problems.length > 0) this.explain(inAddress(problems, damage));
    this.state = state;
  }

  /** A change that the reader made, by a control or in the drawing. */
  protected change(change: Partial<State>, settled: boolean): void {
    this.forget();
    this.current = this.normalised({ ...this.current, ...change });
    this.showSettings(this.current);
    this.say();
    this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
    this.ask();
  }

  /** A change of the view that the reader made in the drawing, which shows it already. */
  protected note(change: Partial<State>, settled: boolean): void {
    this.current = { ...this.current, ...change };
    this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
  }

  /** Shows the settings of a state, also before there are numbers of it. */
  protected showSettings(state: State): void {
    this.controls.show(state);
    this.showOrigin(state);
  }

  /** Says where the numbers of a state come from. */
  protected showOrigin(state: State): void {
    this.controls.say(this.provenance(state));
  }

  protected get isShown(): boolean {
    return this.shown !== null;
  }

  /** What was shown, and is shown no longer: for a figure that has to end its results. */
  protected discard(): Result | undefined {
    const result = this.shown?.result;
    this.shown = null;
    this.shownKey = "";
    return result;
  }

  /** Whether nothing has begun of what is computed with this signal. */
  protected isWaiting(signal: AbortSignal): boolean {
    return engine.isWaiting(signal);
  }

  protected get colors(): Palette {
    this.palette ??= readPalette(getComputedStyle(this));
    return this.palette;
  }

  /** Several changes in one turn are one request; what comes while one is computed follows it, the newest only. */
  private ask(): void {
    // What is computed for a figure that is on no page would keep workers that nothing ends.
    if (!this.isConnected) return;
    this.asked = true;
    if (this.isTurnAwaited) return;
    this.isTurnAwaited = true;
    queueMicrotask(() => {
      this.isTurnAwaited = false;
      if (this.computing) this.supersede(this.computing);
      else if (this.asked) void this.work();
    });
  }

  /** Aborts a computation of what is not asked for any more, unless it is under way and may soon be done. */
  private supersede({ control, key, isLong }: Computation): void {
    if (this.asked && key !== this.keyOf(this.current) && (isLong || this.isWaiting(control.signal)))
      control.abort(new Superseded("a newer request came"));
  }

  private async work(): Promise<void> {
    const slow = setTimeout(() => this.setAttribute("aria-busy", "true"), slowAfter);
    while (this.asked) {
      this.asked = false;
      const computing = { control: new AbortController(), key: this.keyOf(this.current), isLong: false };
      this.computing = computing;
      const long = setTimeout(() => {
        computing.isLong = true;
        this.supersede(computing);
      }, longAfter);
      await this.computeOnce(this.current, computing);
      clearTimeout(long);
      // Removed meanwhile, and perhaps put elsewhere, where other work goes on.
      if (this.computing !== computing) break;
      this.computing = null;
    }
    clearTimeout(slow);
    if (!this.computing) this.removeAttribute("aria-busy");
  }

  /** `isSubstitute`: for a state that could not be computed, whose failure has been said. */
  private async computeOnce(state: State, computing: Computation, isSubstitute = false): Promise<void> {
    const { signal } = computing.control;
    const wasStale = this.isStale;
    // A refresh that is asked for meanwhile counts for the next time.
    this.isStale = false;
    try {
      const known = !wasStale && computing.key === this.shownKey ? this.shown : null;
      const result = known ? known.result : await this.compute(state, signal);
      // A result that came in spite of a newer request is on the way to it.
      if (this.computing !== computing) return;
      this.isStale ||= isSubstitute;
      this.showResult(result, state);
      if (!isSubstitute) {
        this.showOrigin(state);
        this.succeed();
      }
      this.emit("heed-result", { result });
    } catch (error) {
      if (signal.aborted || error instanceof Superseded) {
        this.isStale ||= wasStale;
        return;
      }
      this.isStale = true;
      const reason = error instanceof Error ? error : new Error(String(error));
      this.fail(reason);
      const substitute = this.shown || isSubstitute ? null : this.substituteFor(state, reason);
      if (substitute) await this.computeOnce(substitute, computing, true);
    }
  }

  private showResult(result: Result, state: State): void {
    this.shown = { result, state };
    this.shownKey = this.keyOf(state);
    this.classList.add("drawn");
    this.drawShown(true);
    this.refreshData();
  }

  protected override redraw(): void {
    this.palette = undefined;
    this.drawShown(false);
  }

  private drawShown(isNew: boolean): void {
    if (!this.shown) return;
    const { result, state } = this.shown;
    const view = (this.options.viewSettings ?? []).map((key) => [key, this.current[key]] as const);
    keepFocus(this.shadowRoot, () => this.draw(result, { ...state, ...Object.fromEntries(view) }, isNew));
  }

  /** Open tables follow numbers that came after a result. */
  protected refreshData(): void {
    this.details.show(() => this.data());
  }

  private resize(): void {
    const width = this.drawing.clientWidth;
    if (width === this.width) return;
    this.width = width;
    this.resized();
  }

  /** The drawing has another width. */
  protected resized(): void {
    this.drawShown(false);
  }

  protected override fail(error: Error, text = `${asSentence(error.message)}${this.isShown ? kept : ""}`): void {
    this.classList.toggle("failed", !this.isShown);
    super.fail(error, text);
  }
}

/** What is set, as the line of controls says it: "d_k 64 · mask causal". */
const inWords = <State extends object>(settings: Settings<State>, state: State): string =>
  entriesOf(settings)
    .filter(([, setting]) => (setting.number || setting.choices) && applies(setting, state))
    .map(([key, { format, label = key }]) => `${label} ${format(state[key])}`)
    .join(" · ");

/** A figure of whatever kind, for what treats all of them alike. */
export type AnyFigure = FigureElement<object, unknown>;

export const isFigure = (element: Element | null): element is AnyFigure => element instanceof FigureElement;
