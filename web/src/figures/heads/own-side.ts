/** The part of the figure that the reader's own heads have: how they are read, which layer, and entropy by layer. */
import { EngineError, engine } from "../../compute/client";
import type { KeyedResults } from "../../figure/keyed-results";
import { withTokens } from "../../figure/own/files/own-files";
import { type DataFile, FormatError } from "../../formats/tensor";
import { pairOf } from "./both-heads";
import type { HeadsState } from "./heads-state";
import type { OwnHeads } from "./own-heads";

/** Loaded with the first file. */
export const reading = () => import("./own-heads");

type Reading = Awaited<ReturnType<typeof reading>>;

export interface OwnSideEvents {
  readonly change: (change: Partial<HeadsState>) => void;
  readonly problem: (text: string | null) => void;
  readonly data: () => DataFile | null;
  /** What the line brings with it. */
  readonly adopt: (sheets: readonly CSSStyleSheet[], line: HTMLElement) => void;
}

export class OwnSide {
  private line: InstanceType<Reading["ReadingLine"]> | undefined;
  private layers: InstanceType<Reading["LayerMenu"]> | undefined;

  constructor(private readonly events: OwnSideEvents) {}

  async compute(
    state: HeadsState,
    file: DataFile,
    key: string,
    parts: KeyedResults,
    signal: AbortSignal,
  ): Promise<OwnHeads> {
    const modules = await reading();
    // A figure that was taken away meanwhile would start workers that nothing ends.
    signal.throwIfAborted();
    const { attentionData, ownHeads, withPair } = modules;
    this.line ??= this.readingLine(modules);
    const { line } = this;
    try {
      const read = attentionData(file, state);
      line.show(file, read, state);
      const own = await parts.get("own", { of: key }, () => ownHeads(read, state, engine));
      signal.throwIfAborted();
      const pair = pairOf(state["own-pair"]);
      return pair ? await withPair(own, pair, engine) : own;
    } catch (error) {
      if (error instanceof FormatError) line.list(file, state.roles);
      throw error instanceof FormatError || error instanceof EngineError
        ? new FormatError(`in ${state.name}: ${error.message}`)
        : error;
    }
  }

  show({ layers, shownLayers, firstLayer, areFew }: OwnHeads): void {
    this.layers?.show(layers, shownLayers === layers ? 0 : firstLayer + 1, areFew);
  }

  hide(): void {
    if (this.line) this.line.element.hidden = true;
  }

  private readingLine({ ReadingLine, LayerMenu, readingSheet, layerEntropySheet }: Reading) {
    const { change, problem, data, adopt } = this.events;
    const tokens = (names: readonly string[] | null) => {
      const file = data();
      if (file) change({ data: withTokens(file, names) });
    };
    const line = new ReadingLine({ change, problem, tokens }, true);
    this.layers = new LayerMenu((layer) => change({ layer, "own-pair": null }));
    line.element.prepend(this.layers.element);
    adopt([readingSheet, layerEntropySheet], line.element);
    return line;
  }
}
