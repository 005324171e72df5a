/** What the views show: the reader's state, and what the worker has answered so far. */
import type { Palette } from "../charts/color/palette";
import { hueOf as hueOfHead } from "../figure/maps/head-name";
import type { HeadWeights } from "../models/models";
import type { ExplorerState } from "./state";
import type { EncodedText, LayerHeads, OpenedModel, Prediction } from "./worker/protocol";

/** A query, and a key that it may attend to. */
export interface Place {
  readonly query: number;
  readonly key: number | null;
}

export interface Scene {
  readonly state: ExplorerState;
  readonly model: OpenedModel;
  readonly text: EncodedText;
  readonly palette: Palette;
  /** Of the chosen head; null while it is computed. */
  readonly head: HeadWeights | null;
  /** Of each layer, as far as they are computed. */
  readonly layers: readonly (LayerHeads | undefined)[];
  /** At the token in focus. */
  readonly predictions: {
    readonly plain: readonly Prediction[];
    readonly changed: readonly Prediction[] | null;
  } | null;
  /** Before the first layer and after each. */
  readonly lens: readonly (readonly Prediction[])[] | null;
  /** Under the pointer, or null: then the place that is locked is in focus. */
  readonly hover: Place | null;
}

/** What the reader does in a view. */
export interface Acts {
  readonly change: (change: Partial<ExplorerState>) => void;
  readonly hover: (place: Place | null) => void;
}

/** The place that is read: under the pointer, else locked, else the last token. */
export const placeOf = (scene: Scene): Place => scene.hover ?? { query: positionOf(scene), key: scene.state.key };

/** The token whose predictions are shown. */
export const positionOf = ({ state, text }: Pick<Scene, "state" | "text">): number =>
  state.query ?? Math.max(0, text.ids.length - 1);

/** The colour of a head; the mean of a layer is slate. */
export const hueOf = (palette: Palette, head: number | null): string =>
  head === null ? (palette.maps[0] ?? "") : hueOfHead(palette, head);

/** A token as it is quoted in a sentence: spaces at the ends left out, others and line ends shown. */
export function quoted(name: string | undefined): string {
  const text = (name ?? "").replace(/\n/g, "⏎").replace(/\t/g, "⇥");
  return `“${text.trim() || "␣".repeat(text.length)}”`;
}
