/** What each axis of a tensor is, by its lengths, by the number of tokens, and by what the layout knows. */
import type { Axis } from "./reading";

/** Axes of maps; `isListed`: other tensors are the other layers. Empty where there are not two axes. */
export function axesOfMap(shape: readonly number[], tokens?: number, isListed = false): Axis[] {
  if (shape.length < 2) return [];
  const at = placeOfMap(shape, tokens);
  const outer = shape.filter((_, axis) => axis !== at && axis !== at + 1);
  const names = outerAxes(outer, isListed);
  return shape.map((_, axis) => {
    if (axis === at) return "query";
    return axis === at + 1 ? "key" : (names[axis < at ? axis : axis - 2] as Axis);
  });
}

/** The last two axes, but for maps whose heads come last: (query, key, head). */
function placeOfMap(shape: readonly number[], tokens: number | undefined): number {
  const last = shape.length - 2;
  if (shape[last] === shape[last + 1]) return last;
  const isSquare = (at: number) => shape[at] === shape[at + 1] && (shape[at] ?? 0) > 1;
  const squares = Array.from({ length: last }, (_, at) => at).filter(isSquare);
  const named = squares.find((at) => shape[at] === tokens);
  if (named !== undefined) return named;
  const isCross = tokens !== undefined && (shape[last] === tokens || shape[last + 1] === tokens);
  return squares.length === 1 && !isCross && shape.length === 3 ? (squares[0] as number) : last;
}

function outerAxes(lengths: readonly number[], isListed: boolean): Axis[] {
  const [first = 1, second = 1] = lengths;
  if (lengths.length < 2) return lengths.map(() => "head");
  if (lengths.length === 2) return [isListed || first === 1 ? "batch" : "layer", "head"];
  const rest: Axis[] = lengths.slice(2, -1).map(() => "layer");
  const isBatchFirst = first === 1 && second !== 1;
  return [...(isBatchFirst ? (["batch", "layer"] as const) : (["layer", "batch"] as const)), ...rest, "head"];
}

/** Whether only the reader can say which of two axes is the batch. */
export const isUnsure = (shape: readonly number[], axes: readonly Axis[]): boolean => {
  const size = (name: Axis) => shape[axes.indexOf(name)] ?? 1;
  return size("batch") > 1 && size("layer") > 1;
};

interface Projection {
  readonly shape: readonly number[];
  readonly tokens?: number | undefined;
  /** The name says that positions come before heads. */
  readonly isPositionFirst: boolean;
  readonly position: "query" | "key";
  readonly isListed: boolean;
  /** The shape of the other of Q and K: lengths may differ between them, but not heads and components. */
  readonly other?: readonly number[] | undefined;
}

/** Axes of Q, K or V: (batch, head, position, component), or (batch, position, head, component). */
export function axesOfProjection(projection: Projection): Axis[] {
  const { shape, position, isListed } = projection;
  const rank = shape.length;
  if (rank < 2) return [];
  const inner: Axis[] =
    rank === 2
      ? [position, "component"]
      : arePositionsFirst(projection)
        ? [position, "head", "component"]
        : ["head", position, "component"];
  const swapped = isTransposed(projection) ? [...inner.slice(0, -2), "component" as const, position] : inner;
  const outer = Array.from({ length: rank - inner.length }, (_, i): Axis => {
    if (rank - inner.length === 1) return "batch";
    const isBatch = shape[0] === 1 || isListed ? i === 0 : i === 1;
    return isBatch ? "batch" : "layer";
  });
  return [...outer, ...swapped];
}

function arePositionsFirst({ shape, tokens, isPositionFirst, position, other }: Projection): boolean {
  const [first = 1, second = 1] = shape.slice(-3);
  if (first !== second) {
    if (first === tokens) return true;
    if (second === tokens) return false;
  }
  if (isPositionFirst || other?.length !== shape.length || other.at(-1) !== shape.at(-1)) return isPositionFirst;
  const [otherFirst = 1, otherSecond = 1] = other.slice(-3);
  const areGroups = (own: number, its: number) => (position === "query" ? own % its : its % own) === 0;
  // Of (batch, position, head, component) the lengths differ; heads may only be fewer for K, by a whole factor.
  if (second === otherSecond) return first !== otherFirst && !areGroups(first, otherFirst);
  const [heads, groups] = position === "query" ? [second, otherSecond] : [otherSecond, second];
  return first === otherFirst && areGroups(second, otherSecond) && usualHeads.has(heads) && usualHeads.has(groups);
}

/** How many heads, or groups of them, models have that share keys between heads. */
const usualHeads = new Set([1, 2, 4, 8, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64]);

/** Kᵀ as some libraries keep it: its last axis but one is as long as Q's last one. */
function isTransposed({ shape, position, other }: Projection): boolean {
  if (position !== "key" || !other) return false;
  const width = other.at(-1);
  return shape.length === other.length && shape.at(-1) !== width && shape.at(-2) === width;
}

/** Whether heads and positions could be swapped without anything telling so. */
export const couldBeSwapped = (shape: readonly number[], tokens?: number): boolean => {
  const [first = 1, second = 1] = shape.slice(-3);
  return shape.length >= 3 && first > 1 && second > 1 && first !== tokens && second !== tokens;
};
