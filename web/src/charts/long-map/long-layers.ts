/** The tiles of a long map as small canvases, drawn where the view has them; coarser and finer ones stand in for what is missing. */
import type { MapTile, TileKey } from "../../compute/maps/long-map";
import type { ColorScale, Reduction } from "../../model/long-state";
import type { TileRange, View } from "../../model/long-view";
import { paintTile } from "./long-raster";
import { colorTable, longScale } from "./long-scale";

/** The map's cells as they are known so far. */
export interface LongCells {
  readonly queries: number;
  readonly keys: number;
  readonly causal: boolean;
  readonly tileCells: number;
  readonly topLevel: number;
  readonly tile: (key: TileKey) => MapTile | undefined;
}

export interface LongStyle {
  readonly reduce: Reduction;
  readonly scale: ColorScale;
  readonly ramp: Uint32Array;
  readonly nan: number;
}

interface Layer {
  readonly canvas: HTMLCanvasElement;
  version: number;
  style: LongStyle | undefined;
  fill: boolean;
}

type Context = CanvasRenderingContext2D;

export class LongLayers {
  /** Canvases live as long as their tiles. */
  private layers = new WeakMap<MapTile, Layer>();
  private tables = new Map<number, Uint32Array>();
  private style: LongStyle | undefined;
  private image: ImageData | undefined;

  /** Draws these tiles into a square of `pixels` a side that shows `view`. */
  draw(context: Context, cells: LongCells, range: TileRange, view: View, pixels: number, style: LongStyle): void {
    if (this.style !== style) {
      this.style = style;
      this.tables.clear();
    }
    context.clearRect(0, 0, pixels, pixels);
    const place = placer(cells.tileCells, view, pixels);
    for (const key of tilesOf(range)) {
      const tile = cells.tile(key);
      const isComplete = tile?.isComplete ?? false;
      if (!isComplete) this.drawStandIns(context, cells, key, place);
      if (tile && tile.version > 0) {
        const fill = !isComplete && !ancestorOf(cells, key)?.isComplete;
        const { x, y, width, height } = place(key);
        context.drawImage(this.canvasOf(cells, tile, fill), x, y, width, height);
      }
    }
  }

  /** The part of a coarser tile that covers this one, and the finer tiles that it covers. */
  private drawStandIns(context: Context, cells: LongCells, key: TileKey, place: Placer): void {
    const ancestor = ancestorOf(cells, key);
    if (ancestor) {
      const scale = 2 ** (ancestor.tile.key.level - key.level);
      const side = cells.tileCells / scale;
      const { x, y, width, height } = place(key);
      const canvas = this.canvasOf(cells, ancestor.tile, true);
      context.drawImage(canvas, (key.column % scale) * side, (key.row % scale) * side, side, side, x, y, width, height);
    }
    if (key.level === 0 || ancestor?.isComplete) return;
    for (let part = 0; part < 4; part++) {
      const finer = { level: key.level - 1, row: 2 * key.row + (part >> 1), column: 2 * key.column + (part & 1) };
      const tile = cells.tile(finer);
      if (!tile?.isComplete) continue;
      const { x, y, width, height } = place(finer);
      context.drawImage(this.canvasOf(cells, tile, false), x, y, width, height);
    }
  }

  /** The tile's canvas, painted anew if the tile or the style has changed. */
  private canvasOf(cells: LongCells, tile: MapTile, fill: boolean): HTMLCanvasElement {
    const side = cells.tileCells;
    let layer = this.layers.get(tile);
    if (!layer) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [side, side];
      layer = { canvas, version: 0, style: undefined, fill };
      this.layers.set(tile, layer);
    }
    const { style } = this;
    if (style && (layer.version !== tile.version || layer.style !== style || layer.fill !== fill)) {
      const { reduce } = style;
      const table = this.tableOf(cells, tile.block, style);
      this.image ??= new ImageData(side, side);
      paintTile(tile, side, { reduce, causal: cells.causal, table, fill }, new Uint32Array(this.image.data.buffer));
      layer.canvas.getContext("2d")?.putImageData(this.image, 0, 0);
      Object.assign(layer, { version: tile.version, style, fill });
    }
    return layer.canvas;
  }

  private tableOf({ keys }: LongCells, block: number, { scale, reduce, ramp, nan }: LongStyle): Uint32Array {
    const level = reduce === "sum" ? block : 1;
    const table = this.tables.get(level) ?? colorTable(longScale(scale, reduce, keys, block), ramp, nan);
    this.tables.set(level, table);
    return table;
  }
}

function* tilesOf({ level, firstRow, endRow, firstColumn, endColumn }: TileRange): Generator<TileKey> {
  for (let row = firstRow; row < endRow; row++)
    for (let column = firstColumn; column < endColumn; column++) yield { level, row, column };
}

type Placer = (key: TileKey) => { x: number; y: number; width: number; height: number };

/** Where a tile lies, on whole pixels: tiles meet without a seam. */
function placer(tileCells: number, view: View, pixels: number): Placer {
  const perToken = pixels / view.span;
  return ({ level, row, column }) => {
    const side = tileCells * 2 ** level;
    const at = (index: number, start: number) => Math.round((index * side - start) * perToken);
    const [x, y] = [at(column, view.key), at(row, view.query)];
    return { x, y, width: at(column + 1, view.key) - x, height: at(row + 1, view.query) - y };
  };
}

/** The nearest coarser tile that is complete where this one lies, else the nearest that has anything. */
function ancestorOf(cells: LongCells, key: TileKey): { tile: MapTile; isComplete: boolean } | undefined {
  let some: MapTile | undefined;
  for (let level = key.level + 1; level <= cells.topLevel; level++) {
    const scale = 2 ** (level - key.level);
    const tile = cells.tile({ level, row: Math.floor(key.row / scale), column: Math.floor(key.column / scale) });
    if (!tile || tile.version === 0) continue;
    if (isCompleteUnder(tile, key, cells.tileCells / scale, scale)) return { tile, isComplete: true };
    some ??= tile;
  }
  return some && { tile: some, isComplete: false };
}

/** Whether a coarser tile has all rows that lie under this one. */
function isCompleteUnder(tile: MapTile, key: TileKey, side: number, scale: number): boolean {
  const first = Math.floor((key.row % scale) * side);
  const end = Math.min(tile.cellRows, Math.ceil(((key.row % scale) + 1) * side));
  for (let row = first; row < end; row++) if ((tile.rowsDone[row] as number) < tile.rowsOf(row)) return false;
  return true;
}
