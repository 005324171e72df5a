/**
 * <heed-long-map>: one head of up to 131,072 tokens as a map to zoom and pan; its matrix is never kept.
 * The caption is the writer's: an element with slot="caption".
 * Attributes tokens, seed, mask ("causal", the default, or "none"), reduce ("largest" or "sum"), scale ("log" or "linear"),
 * view ("query,key,span": a corner, and tokens along a side).
 * Properties: state. Events: heed-input (while something moves), heed-change (settled; detail.state),
 * heed-progress (detail.share of the weights in view; detail.sampled: the coarse picture is there), heed-error (detail.error).
 */
import { EngineError, engine, type LongMap } from "../../compute/client";
import { el } from "../../controls/el";
import { FigureShell, sheetOf } from "../../figure/figure-shell";
import { inAddress } from "../../figure/link";
import base from "../../figure/styles/base.css?inline";
import charts from "../../figure/styles/charts.css?inline";
import controls from "../../figure/styles/controls.css?inline";
import figure from "../../figure/styles/figure.css?inline";
import menu from "../../figure/styles/menu.css?inline";
import printed from "../../figure/styles/print.css?inline";
import { masks, parseChoice, parseNumber } from "../../model/fields";
import {
  changedLong,
  colorScales,
  type LongState,
  longDefaults,
  longFields,
  reductions,
  sameHead,
} from "../../model/long-state";
import { LongControls, provenance } from "./long-controls";
import { LongFigure } from "./long-figure";
import longMap from "./long-map.css?inline";
import { fromLongSearch, parseView, toLongSearch } from "./long-url";

const sheet = sheetOf(base, figure, controls, charts, longMap, menu, printed);

const idleHint = "Drag the map, or zoom in: Ctrl + wheel, two fingers, or a double click.";
/** A number that is being dragged makes a new head only when it rests. */
const restMilliseconds = 150;

export class HeedLongMap extends FigureShell {
  static readonly observedAttributes = [...longFields.map(({ key }) => key), "mask", "reduce", "scale", "view"];

  private readonly controls: LongControls;
  private readonly figure: LongFigure;
  private current: LongState = longDefaults;
  /** The state that the map is of, or will be. */
  private opened: LongState | null = null;
  private map: LongMap | null = null;
  private opening: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super([sheet]);
    this.controls = new LongControls({
      change: (change, settled) => {
        this.forget();
        this.update(changedLong(this.current, change), settled ? 0 : restMilliseconds);
        this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
      },
      problem: (text) => this.sayTyping(text),
    });
    this.figure = new LongFigure(this.current, {
      view: (view, settled) => this.note({ view }, settled),
      lock: (locked) => this.note({ locked }, true),
      progress: (share, sampled) => this.emit("heed-progress", { share, sampled }),
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
          title: "One long head",
          settings: Object.entries(attributesOf(this.current, true))
            .map(([key, text]) => `${key} ${text}`)
            .join(" · "),
          provenance,
        }),
        data: () => this.figure.data(),
        attributes: () => attributesOf(this.current, false),
      }),
    );
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.update(this.current, 0);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close();
  }

  attributeChangedCallback(name: string, _before: string | null, text: string | null): void {
    const parsed = parseAttribute(name, text, this.current);
    if ("problem" in parsed) this.explain(`Ignored in the figure’s attributes: ${parsed.problem}.`);
    else this.state = changedLong(this.current, { [name]: parsed.value });
  }

  /** What the figure shows. Setting it raises no event: only readers do. */
  get state(): LongState {
    return this.current;
  }

  set state(state: LongState) {
    this.forgetTyping();
    this.update(changedLong(state, {}), 0);
  }

  /** What of the state others may know: a page around a frame, a notebook's kernel. */
  get publicState(): LongState {
    return this.current;
  }

  override toSearch(search = ""): string {
    return toLongSearch(this.current, search);
  }

  /** Other settings are a step; moving about is not. */
  get historyStep(): string {
    return toLongSearch({ ...this.current, view: null, locked: null });
  }

  /** Exactly: what is not there is at its default. */
  override fromSearch(search: string, _isExact = true, damage = ""): void {
    const { state, problems } = fromLongSearch(search);
    this.state = state;
    this.explain(inAddress(problems, damage));
  }

  protected override hint(): string {
    return idleHint;
  }

  protected override typingNote(): string {
    const { tokens, seed } = this.current;
    return `The figure still shows tokens ${tokens}, seed ${seed}.`;
  }

  protected override redraw(): void {
    this.figure.restyle();
  }

  protected override mayWorkLater(error: Error): boolean {
    return !(error instanceof EngineError) || error.kind !== "input";
  }

  protected override tryAgain(): void {
    void this.open();
  }

  private update(state: LongState, rest: number): void {
    this.current = state;
    if (!this.isConnected) return;
    this.controls.show(state);
    this.figure.set(state);
    this.say();
    clearTimeout(this.opening);
    // In a later turn: attributes and the address together ask for one head.
    if (!this.opened || !sameHead(state, this.opened)) this.opening = setTimeout(() => this.open(), rest);
  }

  /** What the figure itself has changed already. */
  private note(change: Partial<LongState>, settled: boolean): void {
    this.current = { ...this.current, ...change };
    this.emit(settled ? "heed-change" : "heed-input", { state: this.current });
  }

  private async open(): Promise<void> {
    const state = this.current;
    this.close();
    this.opened = state;
    this.setAttribute("aria-busy", "true");
    const { tokens, seed, mask } = state;
    const isCurrent = () => this.opened === state;
    try {
      const map = await engine.openLongMap({ handmade: { tokens, seed, stride: 0 } }, { causal: mask === "causal" });
      if (!isCurrent()) {
        map.close();
        return;
      }
      this.map = map;
      map.onError = (error) => this.fail(asError(error));
      this.figure.show(map);
      this.succeed();
    } catch (error) {
      if (isCurrent()) this.fail(asError(error));
    }
    this.removeAttribute("aria-busy");
  }

  private close(): void {
    clearTimeout(this.opening);
    this.map?.close();
    this.map = this.opened = null;
    this.figure.show(null);
  }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** The settings, and the view where it is a part; without those at their default unless `all` are asked for. */
function attributesOf(state: LongState, all: boolean): Record<string, string> {
  const keys = [...longFields.map(({ key }) => key), "mask", "reduce", "scale"] as const;
  const told = keys.filter((key) => all || state[key] !== longDefaults[key]);
  const attributes = Object.fromEntries(told.map((key) => [key, String(state[key])]));
  const { view } = state;
  return view ? { ...attributes, view: [view.query, view.key, view.span].map(Math.round).join() } : attributes;
}

/** An attribute that is not there means the default. */
function parseAttribute(name: string, text: string | null, { tokens }: LongState) {
  const field = longFields.find(({ key }) => key === name);
  if (text === null) return { value: longDefaults[name as keyof LongState] };
  if (field) return parseNumber(field, text);
  if (name === "view") return parseView(text, tokens);
  const choices = { mask: masks, reduce: reductions, scale: colorScales }[name] as readonly string[];
  return parseChoice(name, choices, text);
}
