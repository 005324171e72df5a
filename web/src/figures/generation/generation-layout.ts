/**
 * Where things are while tokens arrive one at a time: the matrix of weights in the middle, each token's key above its
 * column and its value below, the newest query on the left of its row and every output on the right. Pure.
 */
import type { Rect } from "../../charts/heatmap/heatmap-layout";

export interface GenerationSize {
  readonly width: number;
  /** Tokens that there is room for. */
  readonly tokens: number;
  /** Components of a query, key, value and output. */
  readonly dim: number;
}

export interface GenerationLayout {
  readonly height: number;
  readonly matrix: Rect;
  readonly cell: (query: number, key: number) => Rect;
  readonly key: (token: number, component: number) => Rect;
  readonly value: (token: number, component: number) => Rect;
  readonly query: (token: number, component: number) => Rect;
  readonly output: (token: number, component: number) => Rect;
  /** A token's whole key, value, query or output. */
  readonly keyColumn: (token: number, count?: number) => Rect;
  readonly valueColumn: (token: number, count?: number) => Rect;
  readonly queryRow: (token: number) => Rect;
  readonly outputRow: (token: number) => Rect;
  /** The cell of the first `arrived` tokens' rows and columns under a point; over a key or value, that of the newest row. */
  readonly cellAt: (x: number, y: number, arrived: number) => { query: number; key: number } | null;
}

const labels = { left: 26, top: 40, bottom: 22 };
const gap = 8;
const largest = { cell: 30, component: 5 };

export function generationLayout({ width, tokens, dim }: GenerationSize): GenerationLayout {
  const component = Math.min(largest.component, Math.max(2, Math.floor(width / 115)));
  const strip = component * dim;
  const room = width - labels.left - 2 * (strip + gap);
  const side = Math.min(largest.cell, Math.floor(room / tokens));
  const matrix = {
    x: labels.left + strip + gap,
    y: labels.top + strip + gap,
    width: side * tokens,
    height: side * tokens,
  };
  const right = matrix.x + matrix.width + gap;
  const below = matrix.y + matrix.height + gap;
  const column = (token: number) => matrix.x + token * side;
  const row = (token: number) => matrix.y + token * side;
  const index = (position: number) => Math.floor(position / side);
  return {
    height: below + strip + labels.bottom,
    matrix,
    cell: (query, key) => ({ x: column(key), y: row(query), width: side, height: side }),
    key: (token, i) => ({ x: column(token), y: labels.top + i * component, width: side - 1, height: component }),
    value: (token, i) => ({ x: column(token), y: below + i * component, width: side - 1, height: component }),
    query: (token, i) => ({ x: labels.left + i * component, y: row(token), width: component, height: side - 1 }),
    output: (token, i) => ({ x: right + i * component, y: row(token), width: component, height: side - 1 }),
    keyColumn: (token, count = 1) => ({ x: column(token), y: labels.top, width: count * side - 1, height: strip }),
    valueColumn: (token, count = 1) => ({ x: column(token), y: below, width: count * side - 1, height: strip }),
    queryRow: (token) => ({ x: labels.left, y: row(token), width: strip, height: side - 1 }),
    outputRow: (token) => ({ x: right, y: row(token), width: strip, height: side - 1 }),
    cellAt: (x, y, arrived) => {
      const key = index(x - matrix.x);
      if (key < 0 || key >= arrived) return null;
      const isOutside = y < matrix.y || y >= matrix.y + matrix.height;
      const query = isOutside ? arrived - 1 : index(y - matrix.y);
      return query < arrived ? { query, key } : null;
    },
  };
}
