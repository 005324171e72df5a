/**
 * Where the matrices of attention's steps are. A product stands at the corner of what it is made of (S. Falk's scheme): its
 * rows go on from the matrix on its left, its columns from the one above. Pure.
 */

import type { Rect } from "../../charts/heatmap/heatmap-layout";
import { type Cell, type MatrixName, type Size, type Step, shapeOf, sourcesOf, steps } from "./steps-state";

export interface Placed {
  readonly matrix: MatrixName;
  readonly x: number;
  readonly y: number;
  /** The side of a cell. */
  readonly cell: number;
  readonly rows: number;
  readonly columns: number;
  /** A small one, for an overview: without numbers. */
  readonly small: boolean;
}

/** A name, centred at (x, y); what stands below has what it comes from in a second line. */
export interface Caption {
  readonly below: boolean;
  readonly matrix: MatrixName;
  readonly x: number;
  readonly y: number;
  readonly small: boolean;
}

/** The place of a token's number beside a row or above a column. */
export interface Index {
  readonly axis: "query" | "key";
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** What the numbers of an axis count, at their beginning. */
export interface AxisName {
  readonly axis: "query" | "key";
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
}

/** From the middle of one side to another, where a step goes from a matrix to the next. */
export interface Arrow {
  readonly step: Step;
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
}

export interface StepsLayout {
  /** All matrices are there with their numbers; otherwise those of one step, and all of them small. */
  readonly whole: boolean;
  readonly width: number;
  readonly height: number;
  readonly placed: readonly Placed[];
  readonly captions: readonly Caption[];
  readonly indices: readonly Index[];
  readonly axes: readonly AxisName[];
  readonly arrows: readonly Arrow[];
  /** Where there is room for the working beside the matrices. */
  readonly working: Rect | null;
}

const room = { index: 26, caption: 38, title: 20, product: 6, arrow: 24, digits: 3 };
const cells = { least: 28, most: 44, numbered: 34, mostInStage: 38, mostSmall: 14 };
const widestArrow = 60;
const smallGap = { product: 10, arrow: 18, caption: 18 };
const leastWorking = 250;

export function stepsLayout(size: Size, width: number, step: Step): StepsLayout {
  const { tokens, dim } = size;
  const spare = width - room.index - 2 * room.product - 3 * room.arrow;
  const cell = Math.min(cells.most, Math.floor(spare / (4 * tokens + 2 * dim)));
  return cell >= cells.least ? wholeLayout(size, width, cell) : stageLayout(size, width, step);
}

/** All matrices from left to right, each row a query; K and V stand above what they are multiplied into. */
function strip(
  size: Size,
  at: { x: number; bottom: number },
  cell: number,
  gap: typeof smallGap,
  small: boolean,
): Placed[] {
  const place = (matrix: MatrixName, x: number, y: number): Placed => ({
    matrix,
    x,
    y,
    cell,
    small,
    ...shapeOf(matrix, size),
  });
  const top = at.bottom - gap.product;
  let x = at.x;
  return (["Q", ...steps] as const).flatMap((matrix) => {
    if (matrix !== "Q") x += matrix === "scores" || matrix === "output" ? gap.product : gap.arrow;
    const placed = [place(matrix, x, at.bottom)];
    if (matrix === "scores") placed.push(place("K", x, top - size.dim * cell));
    if (matrix === "output") placed.push(place("V", x, top - size.tokens * cell));
    x += shapeOf(matrix, size).columns * cell;
    return placed;
  });
}

function wholeLayout(size: Size, width: number, cell: number): StepsLayout {
  const { tokens, dim } = size;
  const bottom = room.title + room.title + Math.max(tokens, dim) * cell + room.product;
  const spare = width - room.index - 2 * room.product - (4 * tokens + 2 * dim) * cell;
  const arrow = Math.min(widestArrow, Math.floor(spare / 3));
  const placed = strip(size, { x: room.index, bottom }, cell, { ...room, arrow }, false);
  const scaled = find(placed, "scaled");
  const weights = find(placed, "weights");
  return {
    whole: true,
    width,
    height: bottom + tokens * cell + room.caption,
    placed,
    captions: captionsOf(placed),
    indices: [
      ...indicesBeside(find(placed, "Q"), "query"),
      ...indicesAbove(find(placed, "K")),
      ...indicesBeside(find(placed, "V"), "key"),
    ],
    axes: [nameBeside(find(placed, "Q"), "query"), nameAbove(find(placed, "K")), nameBeside(find(placed, "V"), "key")],
    arrows: arrowsBetween(placed),
    working: { x: scaled.x, y: 0, width: weights.x + widthOf(weights) - scaled.x - 40, height: bottom - room.product },
  };
}

/** The matrices of one step large, what is computed below what it is computed from; and all of them small. */
function stageLayout(size: Size, width: number, step: Step): StepsLayout {
  const { tokens, dim } = size;
  const least = Math.min(cells.mostInStage, Math.floor((width - room.index - room.product) / (tokens + dim)));
  // What is not a product is narrower, and may have numbers where a product has not.
  const isProduct = sourcesOf(step).length > 1;
  const cell = isProduct ? least : Math.max(least, Math.min(cells.numbered, Math.floor((width - room.index) / tokens)));
  const stageWidth = room.index + room.product + (tokens + dim) * least;
  const side = width - stageWidth - room.arrow;
  const beside = side >= leastWorking;
  const overview = smallLayout(size, beside ? { x: width - side, width: side } : { x: 0, width });
  const stageTop = beside ? 0 : overview.height + room.product;
  const bottom = stageTop + 2 * room.title + Math.max(tokens, dim) * cell + room.arrow;
  const stage = stageOf(size, step, bottom, cell);
  const [result, upper] = stage as [Placed, Placed];
  const height = bottom + tokens * cell + room.caption;
  const workingTop = overview.height + room.product;
  return {
    whole: false,
    width,
    height: beside ? Math.max(height, overview.height) : height,
    placed: [...overview.placed, ...stage],
    captions: [...overview.captions, ...captionsOf(stage)],
    indices: [
      ...indicesBeside(stage[2] ?? result, "query"),
      ...(step === "output" ? indicesBeside(upper, "key") : indicesAbove(upper)),
      ...(stage[2] ? [] : indicesBeside(upper, "query")),
    ],
    axes: [nameBeside(stage[2] ?? result, "query"), step === "output" ? nameBeside(upper, "key") : nameAbove(upper)],
    arrows: stage[2] ? [] : [{ step, from: middleBelow(upper), to: middleAbove(result) }],
    working: beside ? { x: width - side, y: workingTop, width: side, height: height - workingTop } : null,
  };
}

/** The result, what stands above it, and of a product what stands on its left. */
function stageOf(size: Size, step: Step, bottom: number, cell: number): Placed[] {
  const place = (matrix: MatrixName, x: number, y: number): Placed => ({
    ...{ matrix, x, y, cell, small: false },
    ...shapeOf(matrix, size),
  });
  const [first, second] = sourcesOf(step) as [MatrixName, MatrixName?];
  const above = second ?? first;
  const x = room.index + (second ? shapeOf(first, size).columns * cell + room.product : 0);
  const top = bottom - (second ? room.product : room.arrow) - shapeOf(above, size).rows * cell;
  return [place(step, x, bottom), place(above, x, top), ...(second ? [place(first, room.index, bottom)] : [])];
}

/** All matrices small, to see where the large ones belong. */
function smallLayout(size: Size, { x, width }: { x: number; width: number }) {
  const { tokens, dim } = size;
  const spare = width - 2 * smallGap.product - 3 * smallGap.arrow;
  const cell = Math.min(cells.mostSmall, spare / (4 * tokens + 2 * dim));
  const bottom = Math.max(tokens, dim) * cell + smallGap.product;
  const placed = strip(size, { x, bottom }, cell, smallGap, true);
  return { placed, captions: captionsOf(placed), height: bottom + tokens * cell + smallGap.caption };
}

const find = (placed: readonly Placed[], matrix: MatrixName) => placed.find((each) => each.matrix === matrix) as Placed;
export const widthOf = ({ columns, cell }: Placed) => columns * cell;
export const heightOf = ({ rows, cell }: Placed) => rows * cell;
const middleOf = (placed: Placed) => placed.x + widthOf(placed) / 2;
const middleBelow = (placed: Placed) => ({ x: middleOf(placed), y: placed.y + heightOf(placed) });
const middleAbove = (placed: Placed) => ({ x: middleOf(placed), y: placed.y });

/** Above what stands above, below what stands below. */
function captionsOf(placed: readonly Placed[]): Caption[] {
  const bottom = Math.max(...placed.map(({ y }) => y));
  return placed
    .filter(({ y, small }) => y === bottom || !small)
    .map((each) => {
      const isBelow = each.y === bottom;
      const y = isBelow ? each.y + heightOf(each) + 12 : each.y - (each.matrix === "V" ? 10 : 10 + room.title);
      return { matrix: each.matrix, small: each.small, below: isBelow, x: middleOf(each), y };
    });
}

const indicesBeside = ({ x, y, rows, cell }: Placed, axis: "query" | "key"): Index[] =>
  Array.from({ length: rows }, (_, index) => ({ axis, index, x: x - 8, y: y + (index + 0.5) * cell }));

const nameBeside = ({ x, y }: Placed, axis: "query" | "key"): AxisName => ({
  axis,
  x: x - 20,
  y: y - 9,
  anchor: "start",
});
const nameAbove = ({ x, y }: Placed): AxisName => ({ axis: "key", x: x - 5, y: y - 9, anchor: "end" });

const indicesAbove = ({ x, y, columns, cell }: Placed): Index[] =>
  Array.from({ length: columns }, (_, index) => ({ axis: "key", index, x: x + (index + 0.5) * cell, y: y - 9 }));

function arrowsBetween(placed: readonly Placed[]): Arrow[] {
  return (["scaled", "masked", "weights"] as const).map((step) => {
    const to = find(placed, step);
    const from = find(placed, sourcesOf(step)[0] as MatrixName);
    const y = to.y + heightOf(to) / 2;
    return { step, from: { x: from.x + widthOf(from), y }, to: { x: to.x, y } };
  });
}

/** The cell under a point, and whether it is in the overview; null between the matrices. */
export function cellAt(layout: StepsLayout, x: number, y: number): { cell: Cell; small: boolean } | null {
  const hit = layout.placed.find(
    (each) => x >= each.x && y >= each.y && x < each.x + widthOf(each) && y < each.y + heightOf(each),
  );
  if (!hit) return null;
  const { matrix, cell, small } = hit;
  return { cell: { matrix, row: Math.floor((y - hit.y) / cell), column: Math.floor((x - hit.x) / cell) }, small };
}

/** From left to right below, and above which of them K and V stand. */
const order: readonly MatrixName[] = ["Q", ...steps];

/** One step by an arrow key: within a matrix, and over its edge into the one beside, above or below it. */
export function neighbour({ matrix, row, column }: Cell, right: number, down: number, size: Size): Cell {
  const { rows, columns } = shapeOf(matrix, size);
  const [toRow, toColumn] = [row + down, column + right];
  if (toRow >= 0 && toRow < rows && toColumn >= 0 && toColumn < columns)
    return { matrix, row: toRow, column: toColumn };
  if (right !== 0) {
    const beside = order[order.indexOf(matrix) + right];
    if (!order.includes(matrix) || !beside) return { matrix, row, column };
    return { matrix: beside, row, column: right > 0 ? 0 : shapeOf(beside, size).columns - 1 };
  }
  const upper = { scores: "K", output: "V" } as const;
  const lower = { K: "scores", V: "output" } as const;
  if (down < 0 && matrix in upper) {
    const above = upper[matrix as keyof typeof upper];
    return { matrix: above, row: shapeOf(above, size).rows - 1, column };
  }
  if (down > 0 && matrix in lower) return { matrix: lower[matrix as keyof typeof lower], row: 0, column };
  return { matrix, row, column };
}

/** The size of a cell's text, in pixels: what is narrow may be a phone, where less than 12 cannot be read. */
export const fontSize = (cell: number, isNarrow = false) => (isNarrow ? 12 : cell < 36 ? 10 : 11);

/** Of characters, in ems. */
export interface CharacterWidths {
  readonly sign: number;
  readonly digit: number;
  readonly point: number;
}

/** Of a wide sans-serif. */
const wide: CharacterWidths = { sign: 0.84, digit: 0.64, point: 0.32 };

/** Decimals with which all numbers of a matrix fit its cells; null where not even one does. */
export function decimalsFor(
  values: ArrayLike<number>,
  most: number,
  cell: number,
  size = fontSize(cell),
  widths = wide,
): number | null {
  const finite = Array.from(values).filter(Number.isFinite);
  const largest = Math.max(1, ...finite.map(Math.abs));
  const sign = finite.some((value) => value < 0) ? widths.sign : 0;
  const whole = widths.digit * (Math.floor(Math.log10(largest)) + 1);
  for (let decimals = most; decimals > 0; decimals--) {
    const ems = sign + whole + widths.point + widths.digit * decimals;
    if (ems * size <= cell - room.digits) return decimals;
  }
  return null;
}
