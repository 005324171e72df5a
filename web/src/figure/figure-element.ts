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
import { asSentence } from "../model/as-sentence";
import { asError } from "../model/error-message";
import type { FigureData } from "../model/figure-data";
import { Activity } from "./activity";
import { DataDetails } from "./data-details";
import type { FigureOptions } from "./figure-options";
import { sheetOf } from "./figure-shell";
import { FigureWithSettings } from "./figure-with-settings";
import { keepFocus } from "./keep-focus";
import { KeyedResults } from "./keyed-results";
import type { EmbedContent } from "./menus/embed-code";
import { NewestOnly, type Task } from "./newest-only";
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
const kept = " The figure keeps the last numbers that could be computed.";

export { attributesOf } from "./figure-with-settings";

export abstract class FigureElement<State extends object, Result> extends FigureWithSettings<State> {
  protected readonly drawing = el("div", { class: "drawing", part: "drawing" });
  protected readonly readout: Readout;
  /** What stands in the element otherwise, and the writer's caption: a figure may leave out the one, and put the other elsewhere. */
  protected readonly fallback = el("div", { class: "fallback" }, el("slot"));
  protected readonly caption = el("div", { class: "caption" }, el("slot", { name: "caption" }));
  protected readonly details: DataDetails;
  private shown: { readonly result: Result; readonly state: State } | null = null;
  /** What the shown result was computed for. */
  private shownKey = "";
  /** Whether the next computation is due even where its key is that of the shown result. */
  private isStale = false;
  /** Parts of the computation that outlive it. */
  protected readonly parts = new KeyedResults();
  protected readonly activity = new Activity(this);
  private readonly computing: NewestOnly;
  /** Of the shown result; null until that is begun. */
  private completing: AbortController | null = null;
  private palette: Palette | undefined;
  private width = 0;

  constructor(options: FigureOptions<State>) {
    super(commonSheet, options);
    const { label, readingHint = "" } = options;
    this.readout = new Readout(readingHint);
    this.details = new DataDetails(label);
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
          title: this.subject,
          settings: this.settingsInWords(this.state),
          provenance: this.provenance(this.state),
        }),
        data: () => this.data(),
        attributes: () => this.attributesToShare(),
        content: () => this.content(),
        fileContent: () => this.fileContent(),
      }),
    );
    this.computing = new NewestOnly({
      key: () => this.keyOf(this.state),
      isWaiting: (signal) => this.isWaiting(signal),
      perform: (task) => this.computeOnce(this.state, task),
      begun: (work) => void this.activity.during(work),
    });
    new ResizeObserver(() => this.resize()).observe(this.drawing);
  }

  /**
   * Works out what is drawn, in the core. `signal` aborts when the figure is removed, or another result is asked for before any of
   * this was begun or when it takes long; rejects with a sentence.
   */
  protected abstract compute(state: State, signal: AbortSignal): Promise<Result>;

  /** Draws a result in the present width and palette. `isNew`: it or the state has just changed, and the change may be shown. */
  protected abstract draw(result: Result, state: State, isNew: boolean): void;

  /** The numbers that are drawn, for the tables and for taking away. */
  abstract data(): readonly FigureData[];

  /** Whether there is anything to compute; where that comes later, `refresh` says that it has. */
  protected get hasInput(): boolean {
    return true;
  }

  /** What of a result comes after it was drawn; the figure is busy meanwhile. `signal` aborts when another result is computed. */
  protected complete?(result: Result, signal: AbortSignal): Promise<void>;

  /** The same for what no attribute can say, as JSON for inside the tag; null where that is too much. */
  protected content(): string | null {
    return "";
  }

  /** What stands in the tag in a file that holds everything. */
  protected async fileContent(): Promise<EmbedContent | null> {
    return null;
  }

  /** The state that is shown in place of one that cannot be computed, while there is nothing else to show. */
  protected substituteFor(_state: State, _error: Error): State | null {
    return null;
  }

  protected override tryAgain(): void {
    this.refresh();
  }

  /** Computes and draws anew, for what changes of its own accord while the state does not. */
  protected refresh(): void {
    this.isStale = true;
    this.ask();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.computing.stop("the figure was removed");
    this.leaveIncomplete();
  }

  /** The part of the drawing that the prose speaks of at the moment; the figure's styles say how it is shown. */
  get highlighted(): string | null {
    return this.drawing.dataset.highlight ?? null;
  }

  set highlighted(part: string | null) {
    if (part === null) delete this.drawing.dataset.highlight;
    else this.drawing.dataset.highlight = part;
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

  protected override ask(): void {
    // What is computed for a figure that is on no page would keep workers that nothing ends.
    if (this.isConnected && this.hasInput) this.computing.ask();
  }

  /** `isSubstitute`: for a state that could not be computed, whose failure has been said. */
  private async computeOnce(state: State, task: Task, isSubstitute = false): Promise<void> {
    const { signal } = task.control;
    const wasStale = this.isStale;
    // A refresh that is asked for meanwhile counts for the next time.
    this.isStale = false;
    try {
      const known = !wasStale && task.key === this.shownKey ? this.shown : null;
      if (!known) this.leaveIncomplete();
      const result = known ? known.result : await this.compute(state, signal);
      // A result that came in spite of a newer request is on the way to it.
      if (!this.computing.goesOn(task)) return;
      this.isStale ||= isSubstitute;
      this.shownKey = task.key;
      this.showResult(result, state);
      if (!isSubstitute) {
        this.showOrigin(state);
        this.succeed();
      }
      this.emit("heed-result", { result });
      this.completeShown();
    } catch (error) {
      if (signal.aborted || error instanceof Superseded) {
        this.isStale ||= wasStale;
        return;
      }
      this.isStale = true;
      const reason = asError(error);
      this.fail(reason);
      this.completeShown();
      const substitute = this.shown || isSubstitute ? null : this.substituteFor(state, reason);
      if (substitute) await this.computeOnce(substitute, task, true);
    }
  }

  private leaveIncomplete(): void {
    this.completing?.abort();
    this.completing = null;
  }

  private completeShown(): void {
    if (!this.shown || !this.complete || this.completing) return;
    this.completing = new AbortController();
    const { signal } = this.completing;
    const failed = (error: unknown) => {
      if (!signal.aborted) this.fail(asError(error));
    };
    void this.activity.during(this.complete(this.shown.result, signal).catch(failed));
  }

  private showResult(result: Result, state: State): void {
    this.shown = { result, state };
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
    const view = (this.options.viewSettings ?? []).map((key) => [key, this.state[key]] as const);
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

/** A figure of whatever kind, for what treats all of them alike. */
export type AnyFigure = FigureElement<object, unknown>;

export const isFigure = (element: Element | null): element is AnyFigure => element instanceof FigureElement;
