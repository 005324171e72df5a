/** What part of a long map is in view: a square of tokens, and the cells that it is drawn with. Pure. */

/** Rows and columns of the whole map. */
export interface Extent {
  readonly queries: number;
  readonly keys: number;
}

/** The upper left corner, and how many tokens each side holds; fractions while it moves. */
export interface View {
  readonly query: number;
  readonly key: number;
  readonly span: number;
}

/** Positions from the upper left corner of the view, each side 1 long. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Tiles of one level: rows [firstRow, endRow) × columns [firstColumn, endColumn) of tiles. */
export interface TileRange {
  /** 0: a cell is a weight. */
  level: number;
  /** The first row of tiles. */
  firstRow: number;
  /** The row of tiles after the last. */
  endRow: number;
  /** The first column of tiles. */
  firstColumn: number;
  /** The column of tiles after the last. */
  endColumn: number;
}

/** Zoomed in all the way: cells of some 60 px that have room for a number. */
export const leastSpan = 8;

export const wholeView = ({ queries, keys }: Extent): View => ({ query: 0, key: 0, span: Math.max(queries, keys) });

export const isWhole = (view: View, extent: Extent) => view.span >= wholeView(extent).span;

const between = (value: number, least: number, most: number) => Math.min(Math.max(value, least), Math.max(least, most));

/** The nearest view that lies within the map. */
export function within({ query, key, span }: View, extent: Extent): View {
  const most = wholeView(extent).span;
  const held = between(span, Math.min(leastSpan, most), most);
  return {
    query: between(query, 0, extent.queries - held),
    key: between(key, 0, extent.keys - held),
    span: held,
  };
}

/** Magnified by `factor`; what is at `spot` stays there. */
export function zoomed(view: View, factor: number, spot: Spot, extent: Extent): View {
  const most = wholeView(extent).span;
  const span = between(view.span / factor, Math.min(leastSpan, most), most);
  const gained = view.span - span;
  return within({ query: view.query + gained * spot.y, key: view.key + gained * spot.x, span }, extent);
}

/** Moved by fractions of its sides. */
export const panned = (view: View, x: number, y: number, extent: Extent): View =>
  within({ ...view, query: view.query + y * view.span, key: view.key + x * view.span }, extent);

/** With this position in the middle, as far as the map's edges let it. */
export const centredOn = (view: View, query: number, key: number, extent: Extent): View =>
  within({ ...view, query: query + 0.5 - view.span / 2, key: key + 0.5 - view.span / 2 }, extent);

/** On the way from one view to another: spans change geometrically, so that zooming feels even. */
export function viewBetween(from: View, to: View, t: number): View {
  if (t === 1) return to;
  const span = from.span * (to.span / from.span) ** t;
  // The corner moves in step with the span, which keeps the fixed point of a zoom fixed.
  const share = from.span === to.span ? t : (from.span - span) / (from.span - to.span);
  const mix = (a: number, b: number) => a + (b - a) * share;
  return { query: mix(from.query, to.query), key: mix(from.key, to.key), span };
}

/** The finest level whose cells of 2^level tokens are at least a pixel wide. */
export const levelOf = ({ span }: View, pixels: number) => Math.max(0, Math.ceil(Math.log2(span / pixels) - 1e-9));

/** Cells along an axis that the view touches: [first, end). */
export function cellsAlong(start: number, span: number, length: number, block: number) {
  const end = Math.min(length, start + span);
  return { first: Math.floor(start / block), end: Math.max(Math.ceil((end - 1e-6) / block), 1) };
}

/** The tiles of a level that the view touches. */
export function tilesInView({ query, key, span }: View, level: number, extent: Extent, tileCells: number): TileRange {
  const block = tileCells * 2 ** level;
  const rows = cellsAlong(query, span, extent.queries, block);
  const columns = cellsAlong(key, span, extent.keys, block);
  return { level, firstRow: rows.first, endRow: rows.end, firstColumn: columns.first, endColumn: columns.end };
}
