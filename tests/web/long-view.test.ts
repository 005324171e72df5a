import { describe, expect, it } from "vitest";
import { cellsInView, knownCells } from "../../web/src/charts/long-map/long-cells";
import { paintTile } from "../../web/src/charts/long-map/long-raster";
import { colorTable, longScale, positionOn } from "../../web/src/charts/long-map/long-scale";
import { MapTile } from "../../web/src/compute/maps/map-tile";
import { readCell } from "../../web/src/figures/long-map/long-reading";
import {
  centredOn,
  levelOf,
  panned,
  tilesInView,
  viewBetween,
  wholeView,
  within,
  zoomed,
} from "../../web/src/model/long-view";

const upper = (value: number) => (new Uint32Array(new Float32Array([value]).buffer)[0] as number) >>> 16;
const extent = { queries: 16384, keys: 16384 };
const whole = wholeView(extent);

describe("a view of a long map", () => {
  it("stays inside the map, at least 8 tokens wide", () => {
    expect(within({ query: -5, key: 20000, span: 1000 }, extent)).toEqual({ query: 0, key: 15384, span: 1000 });
    expect(within({ query: 3, key: 3, span: 1 }, extent).span).toBe(8);
    expect(within({ query: 3, key: 3, span: 1e9 }, extent)).toEqual(whole);
    expect(within({ query: 3, key: 0, span: 1 }, { queries: 5, keys: 5 })).toEqual({ query: 0, key: 0, span: 5 });
  });

  it("zooms about the spot that is pointed at", () => {
    const spot = { x: 0.25, y: 0.75 };
    const view = zoomed(whole, 4, spot, extent);
    expect(view).toEqual({ query: 9216, key: 3072, span: 4096 });
    expect(view.key + spot.x * view.span).toBe(0.25 * 16384);
    expect(zoomed(view, 1 / 64, spot, extent)).toEqual(whole);
  });

  it("pans by its own size and no further than the edge", () => {
    const view = { query: 0, key: 8192, span: 4096 };
    expect(panned(view, 0.5, 0, extent)).toEqual({ query: 0, key: 10240, span: 4096 });
    expect(panned(view, 5, -1, extent)).toEqual({ query: 0, key: 12288, span: 4096 });
    expect(centredOn(view, 100, 8000, extent)).toEqual({ query: 0, key: 5952.5, span: 4096 });
  });

  it("moves along with the spot of a zoom held still", () => {
    const spot = { x: 0.3, y: 0.6 };
    const to = zoomed(whole, 8, spot, extent);
    for (const t of [0, 0.2, 0.7, 1]) {
      const view = viewBetween(whole, to, t);
      expect(view.key + spot.x * view.span).toBeCloseTo(0.3 * 16384, 6);
      expect(view.query + spot.y * view.span).toBeCloseTo(0.6 * 16384, 6);
    }
  });

  it("takes the finest level with a pixel for each cell", () => {
    expect(levelOf(whole, 512)).toBe(5);
    expect(levelOf(whole, 511)).toBe(6);
    expect(levelOf({ query: 0, key: 0, span: 512 }, 512)).toBe(0);
    expect(levelOf({ query: 0, key: 0, span: 8 }, 512)).toBe(0);
  });

  it("asks for the tiles that it touches and no others", () => {
    const range = (view: Parameters<typeof tilesInView>[0], level: number) => tilesInView(view, level, extent, 256);
    expect(range(whole, 5)).toEqual({ level: 5, firstRow: 0, endRow: 2, firstColumn: 0, endColumn: 2 });
    expect(range({ query: 256, key: 255.9, span: 256 }, 0)).toMatchObject({ firstRow: 1, endRow: 2 });
    expect(range({ query: 256, key: 255.9, span: 256 }, 0)).toMatchObject({ firstColumn: 0, endColumn: 2 });
  });
});

describe("the colours of a long map", () => {
  it("span the decades from under an equal share to 1", () => {
    const scale = longScale("log", "largest", 16384, 32);
    expect(scale).toEqual({ kind: "log", from: 1e-6, to: 1 });
    expect(positionOn(scale, 1e-3)).toBeCloseTo(0.5);
    expect(positionOn(scale, 0)).toBe(0);
    expect(longScale("linear", "sum", 16384, 32)).toEqual({ kind: "linear", from: 0, to: 32 });
  });

  it("are looked up by the upper half of a float32", () => {
    const ramp = Uint32Array.from({ length: 256 }, (_, i) => i);
    const scale = longScale("log", "largest", 16384, 1);
    const table = colorTable(scale, ramp, 999);
    const look = (value: number) => table[upper(value)] as number;
    for (const value of [0, 1e-30, 1e-6, 3e-5, 0.01, 0.5, 1])
      expect(Math.abs(look(value) - 255 * positionOn(scale, value))).toBeLessThanOrEqual(1);
    expect(look(Number.NaN)).toBe(999);
  });
});

/** A tile of level 1 whose cell (row, column) is (row + 1) / 256, its rows known up to what `done` says. */
function tileOf(done: (cell: number) => number, tokens = 1024) {
  const tile = new MapTile({ level: 1, row: 0, column: 0 }, tokens, tokens);
  for (let cell = 0; cell < tile.cellRows; cell++) {
    const rows = Math.min(done(cell), tile.rowsOf(cell));
    if (rows === 0) continue;
    const values = new Float32Array(256).fill((cell + 1) / 256);
    const piece = { cell, row: tile.firstRowOf(cell), rows };
    tile.claim(piece);
    tile.take(piece, { largest: values, sum: values }, 256, 0);
  }
  return tile;
}

const identity = Uint32Array.from({ length: 1 << 16 }, (_, i) => i);

describe("a tile's pixels", () => {
  const paint = (tile: MapTile, change: Partial<Parameters<typeof paintTile>[2]> = {}) => {
    const pixels = new Uint32Array(256 * 256);
    paintTile(tile, 256, { reduce: "largest", causal: false, table: identity, fill: true, ...change }, pixels);
    return (row: number, column: number) => pixels[row * 256 + column];
  };

  it("are the cells' colours", () => {
    const at = paint(tileOf(() => 2));
    expect(at(0, 255)).toBe(upper(1 / 256));
    expect(at(200, 3)).toBe(upper(201 / 256));
  });

  it("stay transparent beyond the diagonal of a causal map", () => {
    const at = paint(
      tileOf(() => 2),
      { causal: true },
    );
    expect(at(10, 10)).toBe(upper(11 / 256));
    expect(at(10, 11)).toBe(0);
  });

  it("repeat a sampled row over its band, or leave what is not complete to a coarser tile", () => {
    const sampled = tileOf((cell) => (cell % 16 === 8 ? 1 : 0));
    expect(paint(sampled)(2, 0)).toBe(upper(9 / 256));
    expect(paint(sampled)(20, 0)).toBe(upper(25 / 256));
    expect(paint(sampled, { fill: false })(8, 0)).toBe(0);
  });

  it("scale the sum over a sample of a cell's rows up to all of them", () => {
    const sampled = tileOf(() => 1);
    expect(paint(sampled, { reduce: "sum" })(7, 0)).toBe(upper(16 / 256));
  });
});

describe("what a long map says", () => {
  const tile = tileOf((cell) => (cell === 5 ? 1 : 2), 512);
  const cells = {
    queries: 512,
    keys: 512,
    causal: true,
    tileCells: 256,
    topLevel: 1,
    tile: ({ level }: { level: number }) => (level === 1 ? tile : undefined),
    entropy: new Float32Array(512).fill(2),
    known: new Uint8Array(512).fill(1),
  };
  const say = (query: number, key: number, reduce: "largest" | "sum" = "largest") =>
    readCell(cells, 0, { query, key }, reduce).sentence.join("");

  it("reads the nearest coarser cell where the finer is not known", () => {
    expect(say(201, 3)).toBe("Queries 200 to 201 look at keys 2 to 3 with a weight of at most 0.395.");
  });

  it("calls a sample a sample, and a mask a mask", () => {
    expect(say(10, 3)).toContain("(a sample: 1 of these 2 queries)");
    expect(say(10, 30)).toBe(
      "Queries 10 to 11 do not see keys 30 to 31: the mask hides every later token, so the weight is 0.",
    );
  });

  it("takes the cells of the view together for what they add up to, and says of how many queries they are", () => {
    const view = { query: 6, key: 500, span: 8 };
    const grid = cellsInView(cells, { level: 1, firstRow: 0, endRow: 1, firstColumn: 0, endColumn: 1 }, view);
    expect(grid).toMatchObject({ rows: 4, columns: 4, query: 6, key: 500, block: 2 });
    expect([...grid.sum]).toEqual([4, 5, 6, 7].flatMap((row) => Array(4).fill(row / 256)));
    const known = knownCells(cells, grid, cells.entropy);
    expect([...known.known.data]).toEqual([2, 2, 1, 2].flatMap((done) => Array(4).fill(done)));
    expect(known).toMatchObject({ keys: 8, block: 2, sum: { shape: [1, 1, 4, 4] }, entropy: { shape: [1, 1, 8, 1] } });
  });

  it("joins cells of tiles that lie beside each other, and leaves out what is not known", () => {
    const ofLevel0 = (column: number) => {
      const of = new MapTile({ level: 0, row: 0, column }, 512, 512);
      const values = Float32Array.from({ length: 256 }, (_, i) => 256 * column + i);
      of.take({ cell: 1, row: 1, rows: 1 }, { largest: values, sum: values }, 256, 0);
      return of;
    };
    const beside = { ...cells, tile: ({ column }: { column: number }) => ofLevel0(column) };
    const view = { query: 0.5, key: 254, span: 4 };
    const range = { level: 0, firstRow: 0, endRow: 1, firstColumn: 0, endColumn: 2 };
    const { rows, columns, largest, known } = cellsInView(beside, range, view);
    expect([rows, columns]).toEqual([5, 4]);
    expect([...largest.subarray(0, 8)]).toEqual([NaN, NaN, NaN, NaN, 254, 255, 256, 257]);
    expect([...known.subarray(0, 8)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });
});
