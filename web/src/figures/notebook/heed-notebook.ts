/**
 * <heed-notebook>: the source experiment as linked figures, computed by the core.
 * The caption is the writer's: an element with slot="caption".
 * Attributes tokens, width, heads, seed, temperature, mask ("causal") or the bare attribute causal.
 * Properties: state. Events: heed-input (while a value is dragged), heed-change (settled; detail.state),
 * heed-focus (detail.place), heed-result (detail.result), heed-error (detail.error).
 */

import { canCompute, EngineError, engine, type NotebookOptions, Superseded } from "../../compute/client";
import { el } from "../../controls/el";
import { connectFigure } from "../../figure/connect";
import { inAddress, linkTo } from "../../figure/link";
import { exportMenus } from "../../figure/menus/export-menu";
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

const sheet = new CSSStyleSheet();
sheet.replaceSync([figure, controls, charts, tables, menu, printed].join("\n"));

const idleHint = "Drag a number sideways, use the arrow keys, or type over it.";
const stillWorks =
  "The text, the formulas and the numbers that the notebook printed, further down, can be read without it.";
const slowAfter = 150;
let instances = 0;

export class HeedNotebook extends HTMLElement {
  static readonly observedAttributes = [...numberFields.map(({ key }) => key), "mask", "causal"];

  private leave = () => {};
  private readonly channel = `notebook-${instances++}`;
  private readonly message = el("p", { class: "message", id: "message", role: "status", part: "message" });
  private readonly retry = el("button", { type: "button" }, "Try again");
  private readonly controls: ControlLine;
  private readonly figure: NotebookFigure;
  private current: NotebookState = notebookDefaults;
  private notice = "";
  private refusal = "";
  private typing: string | null = null;
  private computed = false;
  private asked = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.controls = new ControlLine({
      change: (change, settled) => this.change(change, settled),
      problem: (text) => this.showTyping(text),
      reset: () => this.change({ ...notebookDefaults, locked: this.current.locked, mask: this.current.mask }, true),
    });
    this.figure = new NotebookFigure({
      lock: (locked) => {
        this.current = changed(this.current, { locked });
        this.emit("heed-change", { state: this.current });
      },
      focus: (place) => this.emit("heed-focus", { place }),
    });
    this.retry.addEventListener("click", () => this.ask());
    const box = el(
      "div",
      { class: "figure", part: "figure" },
      this.controls.element,
      this.message,
      this.figure.element,
    );
    root.append(box);
    this.controls.tools.append(
      ...exportMenus({
        tag: this.localName,
        figure: this,
        box,
        facts: () => ({
          title: "Attention, single-head and multi-head",
          settings: `${settings(this.current)}, mask ${this.current.mask}`,
          provenance: `random weights, seed ${this.current.seed}`,
          link: linkTo(this),
        }),
        data: () => this.figure.data(),
        attributes: () => attributesOf(this.current),
      }),
    );
  }

  connectedCallback(): void {
    this.leave = connectFigure(this, () => this.figure.restyle());
    this.controls.show(this.current);
    this.say(this.idleText());
    this.reserve();
    this.figure.lock(this.current.locked);
    this.ask();
  }

  disconnectedCallback(): void {
    this.leave();
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
    this.typing = null;
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

  /** The state as a part of the query `search` of an address. */
  toSearch(search = ""): string {
    return toSearch(this.current, search);
  }

  /** Takes the state from the query of an address, exactly: what is not there is at its default. */
  fromSearch(search: string, _isExact = true, damage = ""): void {
    const { state, problems } = fromSearch(search);
    this.state = state;
    this.explain(inAddress(problems, damage));
  }

  /** Says what of a link or an attribute could not be used, until the reader changes something. */
  explain(notice: string): void {
    this.notice = notice;
    if (this.isConnected) this.say(this.idleText());
  }

  private change(change: Partial<NotebookState>, settled: boolean): void {
    const before = this.current;
    this.notice = "";
    this.typing = null;
    this.current = changed(before, change);
    this.controls.show(this.current);
    if (!samePlace(before.locked, this.current.locked)) this.figure.lock(this.current.locked);
    this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
    this.ask();
  }

  private showTyping(text: string | null): void {
    this.typing = text;
    this.say(this.idleText());
  }

  private idleText(): string {
    if (this.typing) return `${asSentence(this.typing)} The figure still shows ${settings(this.current)}.`;
    return [this.notice, this.refusal].filter(Boolean).join(" ") || idleHint;
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
    const slow = setTimeout(() => {
      this.say(`Computing ${heads + 1} maps of ${tokens} × ${tokens} weights …`);
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
      this.classList.remove("failed");
      if (state === this.current) this.refusal = "";
      this.say(this.idleText());
      this.emit("heed-result", { result });
    } catch (error) {
      if (error instanceof Superseded) return;
      this.fail(error instanceof Error ? error : new Error(String(error)), state);
    } finally {
      clearTimeout(slow);
    }
    this.figure.stale = false;
    this.removeAttribute("aria-busy");
  }

  private fail(error: Error, state: NotebookState): void {
    const kind = error instanceof EngineError ? error.kind : "input";
    this.emit("heed-error", { error });
    if (kind === "load") {
      this.classList.toggle("failed", !this.computed);
      this.say(`${asSentence(error.message)} ${stillWorks} `, "failure");
      this.message.append(this.retry);
      return;
    }
    this.refusal = `${asSentence(error.message)} ${this.computed ? "The figure keeps the last numbers that could be computed." : "The figure shows the source experiment."}`;
    this.controls.refused = kind === "input";
    this.say(this.idleText());
    // A link to something that cannot be computed still gets a figure.
    if (!this.computed && state !== notebookDefaults) void this.compute(notebookDefaults);
  }

  private say(text: string, tone = this.typing || this.notice || this.refusal ? "refusal" : "idle"): void {
    if (this.message.textContent !== text) this.message.textContent = text;
    this.message.className = `message ${tone}`;
  }

  private emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
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
