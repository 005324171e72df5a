/** Where things are on a heatmap: queries are rows from the top, keys are columns from the left. Pure. */
import { tokenTicks } from "../ticks";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export interface HeatmapLayout {
  readonly queryTicks: readonly number[];
  readonly keyTicks: readonly number[];
  readonly row: (query: number) => Rect;
  readonly column: (key: number) => Rect;
  readonly cell: (query: number, key: number) => Rect;
  /** The cell under a point; points outside belong to the nearest cell. */
  readonly cellAt: (x: number, y: number) => { query: number; key: number };
}

const tickSpacing = { across: 26, down: 17 };

export function heatmapLayout(data: { queries: number; keys: number }, { width, height }: Size): HeatmapLayout {
  const cellWidth = width / data.keys;
  const cellHeight = height / data.queries;
  const index = (position: number, size: number, count: number) =>
    Math.min(count - 1, Math.max(0, Math.floor(position / size)));
  return {
    queryTicks: tokenTicks(data.queries, height, tickSpacing.down),
    keyTicks: tokenTicks(data.keys, width, tickSpacing.across),
    row: (query) => ({ x: 0, y: query * cellHeight, width, height: cellHeight }),
    column: (key) => ({ x: key * cellWidth, y: 0, width: cellWidth, height }),
    cell: (query, key) => ({ x: key * cellWidth, y: query * cellHeight, width: cellWidth, height: cellHeight }),
    cellAt: (x, y) => ({ query: index(y, cellHeight, data.queries), key: index(x, cellWidth, data.keys) }),
  };
}

/** The smallest box that a focus frame may have, so that one cell of thousands can still be seen. */
export function atLeast(rect: Rect, side: number): Rect {
  const width = Math.max(side, rect.width);
  const height = Math.max(side, rect.height);
  return { x: rect.x - (width - rect.width) / 2, y: rect.y - (height - rect.height) / 2, width, height };
}
