/** What the figure of masks shows, and what each mask asks of the core. */
import type { AttentionOptions } from "../../compute/heed";
import { type Cell, cellSetting } from "../../model/cell-setting";
import { choiceSetting, numberSetting, type Settings } from "../../model/settings";
import { fitted, maskOf, mostPainted, type PaintedMask, paintedSetting } from "./painted-mask";

export const maskKinds = ["none", "causal", "window", "padding", "prefix", "painted"] as const;
export type MaskKind = (typeof maskKinds)[number];

export interface MasksState {
  readonly mask: MaskKind;
  readonly tokens: number;
  /** How many tokens before and after itself a query sees in a window. */
  readonly before: number;
  readonly after: number;
  /** How many of the tokens are no padding. */
  readonly real: number;
  /** How many tokens at the start see each other whole. */
  readonly prefix: number;
  readonly painted: PaintedMask;
  readonly seed: number;
  readonly cell: Cell | null;
}

/** Causal, and query 5 sees nothing at all. */
const firstPainting = maskOf(12, (query, key) => key <= query && query !== 5);

export const masksSettings: Settings<MasksState> = {
  mask: choiceSetting("mask", maskKinds, { default: "causal" }),
  tokens: numberSetting("tokens", { default: 12, min: 2, max: mostPainted }),
  before: numberSetting("before", { default: 3, min: 0, max: mostPainted, when: { mask: "window" } }),
  after: numberSetting("after", { default: 0, min: 0, max: mostPainted, when: { mask: "window" } }),
  real: numberSetting("real", {
    default: 8,
    min: 0,
    max: mostPainted,
    label: "real tokens",
    when: { mask: "padding" },
  }),
  prefix: numberSetting("prefix", { default: 5, min: 0, max: mostPainted, when: { mask: "prefix" } }),
  painted: paintedSetting("painted", firstPainting),
  seed: numberSetting("seed", { default: 42, min: 0, max: 4294967295 }),
  cell: cellSetting("cell"),
};

/** By position where attention has an option for it, else cell by cell. */
export function maskOptions(state: MasksState): AttentionOptions {
  const { mask, tokens, before, after, real, prefix } = state;
  switch (mask) {
    case "none":
      return {};
    case "causal":
      return { causal: true };
    case "window":
      return { window: [before, after] };
    case "padding":
      return { keyLengths: [Math.min(real, tokens)] };
    case "prefix":
      return cells(maskOf(tokens, (query, key) => key < prefix || key <= query));
    case "painted":
      return cells(fitted(state.painted, tokens));
  }
}

const cells = ({ size, open }: PaintedMask): AttentionOptions => ({
  mask: { data: open, shape: [1, 1, size, size] },
});
