/** Everything that decides what the long map shows. Plain and immutable; the URL holds all of it. */
import { byOne, type Mask, type NumberField } from "./fields";
import { isWhole, type View, within } from "./long-view";

/** What stands for a cell of many weights. */
export const reductions = ["largest", "sum"] as const;
export type Reduction = (typeof reductions)[number];

/** How weights become colours. */
export const colorScales = ["log", "linear"] as const;
export type ColorScale = (typeof colorScales)[number];

export interface Position {
  readonly query: number;
  readonly key: number;
}

export interface LongState {
  readonly tokens: number;
  readonly seed: number;
  readonly mask: Mask;
  readonly reduce: Reduction;
  readonly scale: ColorScale;
  /** null: the whole map. */
  readonly view: View | null;
  /** The position that the reader has locked, in whatever cell it falls. */
  readonly locked: Position | null;
}

/** Half or double, on powers of two. */
const byDoubling = (value: number, direction: 1 | -1) =>
  direction > 0 ? 2 ** (Math.floor(Math.log2(value)) + 1) : 2 ** (Math.ceil(Math.log2(value)) - 1);

export type LongNumberKey = "tokens" | "seed";

export const longFields: readonly NumberField<LongNumberKey, LongState>[] = [
  { key: "tokens", default: 16384, min: 1, max: 131072, whole: true, step: byDoubling },
  { key: "seed", default: 42, min: 0, max: 4294967295, whole: true, step: byOne },
];

export const longDefaults: LongState = {
  ...(Object.fromEntries(longFields.map((field) => [field.key, field.default])) as Pick<LongState, LongNumberKey>),
  mask: "causal",
  reduce: "largest",
  scale: "log",
  view: null,
  locked: null,
};

export const extentOf = ({ tokens }: LongState) => ({ queries: tokens, keys: tokens });

/** The state with some fields changed; a view is kept inside the map, a lock that falls outside is released. */
export function changedLong(state: LongState, change: Partial<LongState>): LongState {
  const next = { ...state, ...change };
  const extent = extentOf(next);
  const view = next.view && !isWhole(next.view, extent) ? within(next.view, extent) : null;
  const { locked } = next;
  return { ...next, view, locked: locked && locked.query < next.tokens && locked.key < next.tokens ? locked : null };
}
