/**
 * <heed-notebook>: the source experiment as linked figures, computed by the core.
 * The caption is the writer's: an element with slot="caption".
 * Attributes tokens, width, heads, seed, temperature, mask ("causal") or the bare attribute causal.
 * Properties: state. Events: heed-input (while a value is dragged), heed-change (settled; detail.state),
 * heed-focus (detail.place), heed-result (detail.result), heed-error (detail.error).
 */

import { canCompute, EngineError, engine, type NotebookOptions, Superseded } from "../../compute/client";
import { el } from "../../controls/el";
import { FigureShell, sheetOf } from "../../figure/figure-shell";
import { inAddress } from "../../figure/link";
import base from "../../figure/styles/base.css?inline";
import charts from "../../figure/styles/charts.css?inline";
import controls from "../../figure/styles/controls.css?inline";
import figure from "../../figure/styles/figure.css?inline";
import menu from "../../figure/styles/menu.css?inline";
import printed from "../../figure/styles/print.css?inline";
import tables from "../../figure/styles/tables.css?inline";
import { asSentence } from "../../model/as-sentence";
import { parseMask, parseNumber } from "../../model/fields";
import { changed, isInside, type NotebookState, notebookDefaults, numberFields } from "../../model/notebook-state";
import { samePlace } from "../../model/place";
import { ControlLine } from "./control-line";
import { NotebookFigure } from "./notebook-figure";
import { fromSearch, toSearch } from "./notebook-url";

const sheet = sheetOf(base, figure, controls, charts, tables, menu, printed);

const idleHint = "Drag a number sideways, use the arrow keys, or type over it.";
const stillWorks =
  "The text, the formulas and the numbers that the notebook printed, further down, can be read without it.";
const slowAfter = 150;
let instances = 0;

export class HeedNotebook extends FigureShell {
  static readonly observedAttributes = [...numberFields.map(({ key }) => key), "mask", "causal"];

  private readonly channel = `notebook-${instances++}`;
  private readonly controls: ControlLine;
  private readonly figure: NotebookFigure;
  private current: NotebookState = notebookDefaults;
  /** What is said while numbers take their time. */
  private busy = "";
  private computed = false;
  private asked = false;

  constructor() {
    super([sheet]);
    this.controls = new ControlLine({
      change: (change, settled) => this.change(change, settled),
      problem: (text) => this.sayTyping(text),
      reset: () => this.change({ ...notebookDefaults, locked: this.current.locked, mask: this.current.mask }, true),
    });
    this.figure = new NotebookFigure({
      lock: (locked) => {
        this.current = changed(this.current, { locked });
        this.emit("heed-change", { state: this.current });
      },
      focus: (place) => this.emit("heed-focus", { place }),
    });
    const box = el(
      "div",
      { class: "figure", part: "figure" },
      this.controls.element,
      this.message,
      this.figure.element,
    );
    this.shadowRoot?.append(box);
    this.controls.tools.append(
      ...this.menus({
        box,
        facts: () => ({
          title: "Attention, single-head and multi-head",
          settings: `${settings(this.current)}, mask ${this.current.mask}`,
          provenance: `random weights, seed ${this.current.seed}`,
        }),
        data: () => this.figure.data(),
        attributes: () => attributesOf(this.current),
      }),
    );
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.controls.show(this.current);
    this.reserve();
    this.figure.lock(this.current.locked);
    this.ask();
  }

  attributeChangedCallback(name: string, _before: string | null, text: string | null): void {
    const field = numberFields.find(({ key }) => key === name);
    const key = field ? field.key : "mask";
    const parsed = field
      ? parseNumber(field, text ?? String(field.default))
      : parseMask(text === null ? "none" : text || "causal");
    if ("problem" in parsed) this.explain(`Ignored in the figure’s attributes: ${parsed.problem}.`);
    else this.state = changed(this.current, { [key]: parsed.value });
  }

  /** What the figure shows. Setting it computes, but raises no event: only readers do. */
  get state(): NotebookState {
    return this.current;
  }

  set state(state: NotebookState) {
    const sameNumbers =
      this.computed &&
      [...numberFields.map(({ key }) => key), "mask" as const].every((key) => state[key] === this.current[key]);
    const locked = state.locked && isInside(state.locked, state) ? state.locked : null;
    this.current = { ...state, locked };
    if (!this.isConnected) return;
    this.forgetTyping();
    this.controls.show(this.current);
    this.reserve();
    this.figure.lock(locked);
    if (!sameNumbers) this.ask();
  }

  /** Room for what will be seen first: this state, or the source experiment in place of one that cannot be computed. */
  private reserve(): void {
    if (!this.computed) this.figure.reserve(canCompute(toOptions(this.current)) ? this.current : notebookDefaults);
  }

  /** What of the state others may know: a page around a frame, a notebook's kernel. */
  get publicState(): NotebookState {
    return this.current;
  }

  override toSearch(search = ""): string {
    return toSearch(this.current, search);
  }

  /** Other numbers are a step; a place that is kept only annotates those that are there. */
  get historyStep(): string {
    return toSearch({ ...this.current, locked: null });
  }

  /** Exactly: what is not there is at its default. */
  override fromSearch(search: string, _isExact = true, damage = ""): void {
    const { state, problems } = fromSearch(search);
    this.state = state;
    this.explain(inAddress(problems, damage));
  }

  private change(change: Partial<NotebookState>, settled: boolean): void {
    const before = this.current;
    this.forget();
    this.current = changed(before, change);
    this.controls.show(this.current);
    if (!samePlace(before.locked, this.current.locked)) this.figure.lock(this.current.locked);
    this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
    this.ask();
  }

  protected override hint(): string {
    return this.busy || idleHint;
  }

  protected override typingNote(): string {
    return `The figure still shows ${settings(this.current)}.`;
  }

  protected override redraw(): void {
    this.figure.restyle();
  }

  protected override tryAgain(): void {
    this.ask();
  }

  /** Several changes in one turn (attributes, then the address) are one request. */
  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    queueMicrotask(() => {
      this.asked = false;
      void this.compute();
    });
  }

  private async compute(state = this.current): Promise<void> {
    const { tokens, heads } = state;
    this.busy = "";
    const slow = setTimeout(() => {
      this.busy = `Computing ${heads + 1} maps of ${tokens} × ${tokens} weights …`;
      this.say();
      this.figure.stale = this.computed;
    }, slowAfter);
    this.setAttribute("aria-busy", "true");
    const settle = this.computed;
    try {
      const result = await engine.notebook(toOptions(state), {
        channel: this.channel,
        onPart: ({ head, map }) => {
          if (head === -1) this.figure.showSingle(map, settle);
        },
      });
      this.figure.reserve(state);
      this.figure.show(result, settle);
      this.computed = true;
      this.busy = "";
      // What is shown in place of a state that cannot be computed takes nothing back.
      if (state === this.current) this.succeed();
      else this.say();
      this.emit("heed-result", { result });
    } catch (error) {
      if (error instanceof Superseded) return;
      this.busy = "";
      this.refuse(error instanceof Error ? error : new Error(String(error)), state);
    } finally {
      clearTimeout(slow);
    }
    this.figure.stale = false;
    this.removeAttribute("aria-busy");
  }

  private refuse(error: Error, state: NotebookState): void {
    const kind = error instanceof EngineError ? error.kind : "input";
    const why = asSentence(error.message);
    if (kind === "load") {
      this.classList.toggle("failed", !this.computed);
      this.fail(error, `${why} ${stillWorks}`);
      return;
    }
    this.controls.refused = kind === "input";
    this.fail(
      error,
      `${why} ${this.computed ? "The figure keeps the last numbers that could be computed." : "The figure shows the source experiment."}`,
    );
    // A link to something that cannot be computed still gets a figure.
    if (!this.computed && state !== notebookDefaults) void this.compute(notebookDefaults);
  }
}

const toOptions = ({ tokens, width, heads, seed, temperature, mask }: NotebookState): NotebookOptions => ({
  tokens,
  dModel: width,
  heads,
  seed,
  temperature,
  causal: mask === "causal",
});

function attributesOf(state: NotebookState): Record<string, string> {
  const numbers = numberFields.filter(({ key }) => state[key] !== notebookDefaults[key]);
  const attributes = Object.fromEntries(numbers.map(({ key }) => [key, String(state[key])]));
  return state.mask === "none" ? attributes : { ...attributes, mask: state.mask };
}

const settings = (state: NotebookState) => numberFields.map(({ key }) => `${key} ${state[key]}`).join(", ");
