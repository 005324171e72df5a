/**
 * <heed-long-map>: one head of up to 131,072 tokens as a map to zoom and pan; its matrix is never kept.
 * The caption is the writer's: an element with slot="caption".
 * Attributes tokens, seed, mask ("causal", the default, or "none"), reduce ("largest" or "sum"), scale ("log" or "linear"),
 * view ("query,key,span": a corner, and tokens along a side).
 * Properties: state. Events: heed-input (while something moves), heed-change (settled; detail.state),
 * heed-progress (detail.share of the weights in view; detail.sampled: the coarse picture is there), heed-error (detail.error).
 */

import { EngineError, engine, type LongMap } from "../../compute/client";
import { FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import reserved from "../../figure/styles/reserved.css?inline";
import { asSentence } from "../../model/as-sentence";
import { asError } from "../../model/error-message";
import type { FigureData } from "../../model/figure-data";
import { changedLong, type LongState, longDefaults } from "../../model/long-state";
import { entriesOf } from "../../model/settings";
import { LongFigure } from "./long-figure";
import longMap from "./long-map.css?inline";
import { longSettings } from "./long-settings";
import { fromLongSearch, toLongSearch } from "./long-url";

const sheet = sheetOf(reserved, longMap);

/** A number that is being dragged makes a new head only when it rests. */
const restMilliseconds = 150;

export class HeedLongMap extends FigureElement<LongState, LongMap> {
  static readonly observedAttributes = ["tokens", "seed", "mask", "reduce", "scale", "view"];

  private readonly figure: LongFigure;
  /** What is drawn, until another head is opened. */
  private drawn: LongMap | null = null;
  private isDragged = false;
  private isResting = false;

  constructor() {
    super({
      settings: longSettings,
      label: "One long head",
      hint: "Drag the map, or zoom in: Ctrl + wheel, two fingers, or a double click.",
      readingHint:
        "Point at the map to read it, click to keep a cell. With the keyboard: arrows to walk, + and − to zoom, 0 for the whole.",
      viewSettings: ["reduce", "scale", "view", "locked"],
      withoutHistory: ["view", "locked"],
      normalise: (state) => changedLong(state, {}),
      address: { write: toLongSearch, read: fromLongSearch },
      sheet,
    });
    this.figure = new LongFigure(longDefaults, this.readout, this.caption, {
      view: (view, settled) => this.note({ view }, settled),
      lock: (locked) => this.note({ locked }, true),
      progress: (share, sampled) => this.emit("heed-progress", { share, sampled }),
    });
    this.fallback.remove();
    // The cells in view change with every movement.
    this.details.element.remove();
    this.drawing.append(this.figure.element);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close();
  }

  protected override change(change: Partial<LongState>, settled: boolean): void {
    this.isDragged = !settled;
    super.change(change, settled);
  }

  protected override showSettings(state: LongState): void {
    super.showSettings(state);
    this.figure.set(state);
  }

  protected override typingNote(): string {
    const { tokens, seed } = this.state;
    return `The figure still shows tokens ${tokens}, seed ${seed}.`;
  }

  protected override settingsInWords(state: LongState): string {
    const texts = entriesOf(longSettings).map(([key, { format }]) => ({ key, text: format(state[key]) }));
    const told = texts.filter(({ key, text }) => key !== "locked" && text !== "");
    return told.map(({ key, text }) => `${key} ${text}`).join(" · ");
  }

  protected provenance(): string {
    return "built by hand: no model, nothing trained";
  }

  protected override mayWorkLater(error: Error): boolean {
    return !(error instanceof EngineError) || error.kind !== "input";
  }

  protected override fail(error: Error): void {
    super.fail(error, asSentence(error.message));
  }

  protected override isWaiting(signal: AbortSignal): boolean {
    return this.isResting || super.isWaiting(signal);
  }

  protected async compute({ tokens, seed, mask }: LongState, signal: AbortSignal): Promise<LongMap> {
    if (this.isDragged) await this.rest(signal);
    this.isDragged = false;
    this.close();
    const map = await engine.openLongMap({ handmade: { tokens, seed, stride: 0 } }, { causal: mask === "causal" });
    if (signal.aborted) {
      map.close();
      throw signal.reason;
    }
    map.onError = (error) => this.fail(asError(error));
    return map;
  }

  /** Until the number that is dragged has not changed for some time. */
  private async rest(signal: AbortSignal): Promise<void> {
    this.isResting = true;
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, restMilliseconds);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      });
    } finally {
      this.isResting = false;
    }
  }

  private close(): void {
    this.discard()?.close();
    this.drawn = null;
    this.figure.show(null);
  }

  protected draw(map: LongMap): void {
    if (map === this.drawn) return;
    this.drawn = map;
    this.figure.show(map);
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
