/**
 * <heed-notebook>: the source experiment as linked figures, computed by the core.
 * The caption is the writer's: an element with slot="caption".
 * Attributes tokens, width, heads, seed, temperature, mask ("causal") or the bare attribute causal.
 * Properties: state. Events: heed-input (while a value is dragged), heed-change (settled; detail.state),
 * heed-focus (detail.place), heed-result (detail.result), heed-error (detail.error).
 */

import { canCompute, EngineError, engine, type NotebookOptions, type NotebookResult } from "../../compute/client";
import { el } from "../../controls/el";
import { FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import reserved from "../../figure/styles/reserved.css?inline";
import { asSentence } from "../../model/as-sentence";
import type { FigureData } from "../../model/figure-data";
import {
  changed,
  isSourceExperiment,
  type NotebookState,
  notebookDefaults,
  numberFields,
} from "../../model/notebook-state";
import { NotebookFigure } from "./notebook-figure";
import { notebookSettings } from "./notebook-settings";
import { fromSearch, toSearch } from "./notebook-url";

const sheet = sheetOf(reserved);

const stillWorks =
  "The text, the formulas and the numbers that the notebook printed, further down, can be read without it.";
const slowAfter = 150;

export class HeedNotebook extends FigureElement<NotebookState, NotebookResult> {
  static readonly observedAttributes = [...numberFields.map(({ key }) => key), "mask", "causal"];

  private readonly figure: NotebookFigure;
  private readonly reset = el("button", { type: "button" }, "back to the source experiment");
  /** What is said while numbers take their time. */
  private busy = "";
  private drawn: NotebookResult | null = null;

  constructor() {
    super({
      settings: notebookSettings,
      label: "Attention, single-head and multi-head",
      hint: "Drag a number sideways, use the arrow keys, or type over it.",
      readingHint: "Point at a cell to read it. Click to keep it. The arrow keys move over the map.",
      viewSettings: ["locked"],
      withoutHistory: ["locked"],
      normalise: (state) => changed(state, {}),
      address: { write: toSearch, read: fromSearch },
      sheet,
    });
    this.figure = new NotebookFigure(this.readout, this.caption, {
      lock: (locked) => this.note({ locked }, true),
      focus: (place) => this.emit("heed-focus", { place }),
    });
    this.fallback.remove();
    // Its own table follows the place in focus.
    this.details.element.remove();
    this.drawing.append(this.figure.element);
    this.reset.addEventListener("click", () => {
      const { locked, mask } = this.state;
      this.change({ ...notebookDefaults, locked, mask }, true);
    });
  }

  override attributeChangedCallback(name: string, before: string | null, text: string | null): void {
    const isMask = name === "mask" || name === "causal";
    super.attributeChangedCallback(isMask ? "mask" : name, before, isMask && text === "" ? "causal" : text);
  }

  protected override showSettings(state: NotebookState): void {
    super.showSettings(state);
    // Room for what will be seen first: this state, or the source experiment in place of one that cannot be computed.
    if (!this.drawn) this.figure.reserve(canCompute(toOptions(state)) ? state : notebookDefaults);
    this.figure.lock(state.locked);
  }

  /** After where the numbers come from, what they are beside the source experiment's. */
  protected override showOrigin(state: NotebookState): void {
    const masked = state.mask === "causal" ? ", masked" : "";
    this.controls.provenance.replaceChildren(
      `${this.provenance(state)}\u00a0· `,
      isSourceExperiment(state) ? `the source experiment${masked}, digit for digit` : this.reset,
    );
  }

  protected override hint(): string {
    return this.busy || super.hint();
  }

  protected override typingNote(): string {
    return `The figure still shows ${numbersOf(this.state)}.`;
  }

  protected override settingsInWords(state: NotebookState): string {
    return `${numbersOf(state)}, mask ${state.mask}`;
  }

  protected provenance({ seed }: NotebookState): string {
    return `random weights, seed ${seed}`;
  }

  /** A link to something that cannot be computed still gets a figure. */
  protected override substituteFor(_state: NotebookState, error: Error): NotebookState | null {
    return isLoadError(error) ? null : notebookDefaults;
  }

  protected override fail(error: Error): void {
    const isInput = !(error instanceof EngineError) || error.kind === "input";
    if (isInput) this.controls.markInvalid(["width", "heads"]);
    const rest = this.isShown
      ? "The figure keeps the last numbers that could be computed."
      : "The figure shows the source experiment.";
    super.fail(error, `${asSentence(error.message)} ${isLoadError(error) ? stillWorks : rest}`);
    // It is shown in a moment.
    if (!isLoadError(error)) this.classList.remove("failed");
  }

  protected async compute(state: NotebookState, signal: AbortSignal): Promise<NotebookResult> {
    const { tokens, heads } = state;
    const isReplaced = this.isShown;
    const slow = setTimeout(() => {
      this.busy = `Computing ${heads + 1} maps of ${tokens} × ${tokens} weights …`;
      this.say();
      this.figure.stale = isReplaced;
    }, slowAfter);
    try {
      return await engine.notebook(toOptions(state), {
        signal,
        // The single head is drawn while the others are computed.
        onPart: ({ head, map }) => {
          if (head === -1) this.figure.showSingle(map, isReplaced);
        },
      });
    } finally {
      clearTimeout(slow);
      this.busy = "";
      this.figure.stale = false;
    }
  }

  protected draw(result: NotebookResult, state: NotebookState): void {
    if (result !== this.drawn) {
      this.figure.reserve(state);
      this.figure.show(result, this.drawn !== null);
      this.drawn = result;
    }
    this.figure.lock(state.locked);
  }

  protected override redraw(): void {
    this.figure.restyle();
  }

  protected override resized(): void {
    this.figure.resize();
  }

  data(): FigureData[] {
    return this.figure.data();
  }
}

const isLoadError = (error: Error) => error instanceof EngineError && error.kind === "load";

const toOptions = ({ tokens, width, heads, seed, temperature, mask }: NotebookState): NotebookOptions => ({
  tokens,
  dModel: width,
  heads,
  seed,
  temperature,
  causal: mask === "causal",
});

const numbersOf = (state: NotebookState) => numberFields.map(({ key }) => `${key} ${state[key]}`).join(", ");
