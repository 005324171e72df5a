import type { TileRange } from "../../model/long-view";
import type { AttentionOptions, KnownCells, MapMargins } from "../heed";
import type { KnownRows, LongHeadSource, MapCells, MapPart } from "../protocol";
import type { WorkerPool } from "../workers/pool";
import { type Cells, MapTile, type Piece, type TileKey, tileCells } from "./map-tile";

export { MapTile, type TileKey, tileCells } from "./map-tile";

/** How much of the weights has been looked at. */
export interface SampleSize {
  /** So many rows. */
  rows: number;
  /** Of so many. */
  of: number;
}

/** The work that a message to a worker should hold, so that a view that moves on is followed at once. */
const millisecondsPerUnit = 30;
/** Rows of weights looked at first in each band of cells, and how many cells high the bands are: coarse, then finer. */
const sampleRows = 4;
const [coarseBand, fineBand] = [32, 4];
/** Tiles kept, half a megabyte each. */
const mostTiles = 256;

let lastSession = 0;

/**
 * A matrix of weights too long to be kept, worked out tile by tile where it is looked at: first a sample of exact rows, then
 * everything, the rows in the middle of the view first. Asking for other tiles cancels what has not begun.
 */
export class LongMap {
  /** Cells along each side of a tile. */
  readonly tileCells = tileCells;
  /** Per query, where `known` is 1. */
  readonly logSumExp: Float32Array;
  /** Per query, in nats; NaN where `known` is 0. */
  readonly entropy: Float32Array;
  /** Per query, 1 where its log-sum-exp and entropy are known. */
  readonly known: Uint8Array;
  /** Called when tiles have changed, with the share of the wanted rows that is done. */
  onProgress: (share: number) => void = () => {};
  /** Called when it cannot go on. */
  onError: (error: unknown) => void = () => {};

  #tiles = new Map<string, MapTile>();
  /** Wanted and not complete, most wanted first. */
  #wanted: MapTile[] = [];
  #wantedRows = 0;
  #request = 0;
  #running = 0;
  #isClosed = false;
  /** Weights that a worker passes in a millisecond, as measured. */
  #speed = 1e5;

  private constructor(
    private readonly pool: WorkerPool,
    private readonly session: number,
    /** How many. */
    readonly queries: number,
    /** How many. */
    readonly keys: number,
  ) {
    this.logSumExp = new Float32Array(queries);
    this.entropy = new Float32Array(queries).fill(Number.NaN);
    this.known = new Uint8Array(queries);
  }

  /** Rejects with EngineError where the head cannot be opened. @internal */
  static async open(pool: WorkerPool, source: LongHeadSource, options: AttentionOptions) {
    const session = ++lastSession;
    pool.setUp(`long head ${session}`, "openLongHead", () => ({ request: { session, source, options } }));
    try {
      // Of every worker: once they all have the head, what is asked of them is answered at once.
      const ask = () => pool.run("sizeOfLongHead", () => ({ request: { session } }));
      const [{ queries, keys }] = await Promise.all([ask(), ...Array.from({ length: pool.size - 1 }, ask)]);
      return new LongMap(pool, session, queries, keys);
    } catch (error) {
      closeSession(pool, session);
      throw error;
    }
  }

  /** The coarsest level: one tile holds the whole map. */
  get topLevel() {
    return Math.max(0, Math.ceil(Math.log2(Math.max(this.queries, this.keys, 1) / tileCells)));
  }

  /** The share of the wanted rows that is done. */
  get share() {
    return this.#wantedRows === 0 ? 1 : 1 - countRows(this.#wanted) / this.#wantedRows;
  }

  /** Whether the coarse picture is there: every band of the wanted tiles has its sample. */
  get isSampled() {
    return this.#hasSample(coarseBand);
  }

  /** Whether the finer sample is there as well. */
  get isFinelySampled() {
    return this.#hasSample(fineBand);
  }

  /** How many rows of weights have been looked at, at least, of how many, where the wanted tiles are not complete. */
  sampleOf(level: number): SampleSize {
    const band = this.isFinelySampled ? fineBand : coarseBand;
    return { rows: Math.min(sampleRows, 2 ** level), of: band * 2 ** level };
  }

  #hasSample(band: number) {
    return this.#wanted.every((tile) => sampledCells(tile, band).every((cell) => (tile.rowsDone[cell] as number) > 0));
  }

  /** A tile, if any of it has been worked out or is wanted. */
  tile(key: TileKey): MapTile | undefined {
    return this.#tiles.get(nameOf(key));
  }

  /** Works out these tiles, those nearest to the middle first, in place of those wanted before. */
  want({ level, firstRow, endRow, firstColumn, endColumn }: TileRange) {
    this.#request++;
    const wanted: MapTile[] = [];
    for (let row = firstRow; row < endRow; row++)
      for (let column = firstColumn; column < endColumn; column++) {
        const tile = this.#tileAt({ level, row, column });
        tile.lastRequest = this.#request;
        if (!tile.isComplete) wanted.push(tile);
      }
    const fromMiddle = ({ key }: MapTile) =>
      Math.hypot(key.row - (firstRow + endRow - 1) / 2, key.column - (firstColumn + endColumn - 1) / 2);
    this.#wanted = wanted.sort((a, b) => fromMiddle(a) - fromMiddle(b));
    this.#wantedRows = countRows(wanted);
    this.#forgetTiles();
    this.#serve();
  }

  /** One weight, exactly. */
  async weight(query: number, key: number): Promise<number> {
    const part = { row: query, rows: 1, rowBlock: 1, column: key, columns: 1, columnBlock: 1 };
    const { largest } = await this.#map(part);
    return largest[0] as number;
  }

  /** What rows and columns of some of its cells add up to. */
  margins(cells: KnownCells): Promise<MapMargins> {
    return this.pool.run("mapMargins", () => ({ request: cells }));
  }

  /** Ends what is under way and lets the workers forget the head. */
  close() {
    this.#isClosed = true;
    this.#wanted = [];
    this.#tiles.clear();
    closeSession(this.pool, this.session);
  }

  #tileAt(key: TileKey) {
    const name = nameOf(key);
    const tile = this.#tiles.get(name) ?? new MapTile(key, this.queries, this.keys);
    this.#tiles.set(name, tile);
    return tile;
  }

  #forgetTiles() {
    const idle = [...this.#tiles].filter(([, tile]) => tile.lastRequest < this.#request);
    idle.sort(([, a], [, b]) => a.lastRequest - b.lastRequest);
    for (const [name] of idle.slice(0, Math.max(0, this.#tiles.size - mostTiles))) this.#tiles.delete(name);
  }

  #serve() {
    while (this.#running < this.pool.size && !this.#isClosed) {
      const unit = this.#nextUnit();
      if (!unit) return;
      void this.#workOut(unit);
    }
  }

  /** Some unclaimed rows of the most wanted tile, and its neighbours to the right and left that want the same rows. */
  #nextUnit() {
    const finders = [
      (tile: MapTile) => this.#samplePiece(tile, coarseBand),
      (tile: MapTile) => this.#samplePiece(tile, fineBand),
      (tile: MapTile) => this.#nextPiece(tile),
    ];
    for (const findPiece of finders)
      for (const tile of this.#wanted) {
        const piece = findPiece(tile);
        if (piece) return { piece, tiles: this.#neighbours(tile, piece) };
      }
    return undefined;
  }

  #samplePiece(tile: MapTile, band: number): Piece | undefined {
    for (const cell of sampledCells(tile, band)) {
      const piece = tile.unclaimed(cell);
      if (piece && piece.row === tile.firstRowOf(cell)) return { ...piece, rows: Math.min(piece.rows, sampleRows) };
    }
    return undefined;
  }

  #nextPiece(tile: MapTile): Piece | undefined {
    for (let cell = 0; cell < tile.cellRows; cell++) {
      const first = tile.unclaimed(cell);
      if (!first) continue;
      // Unknown rows cost all keys once more, for their log-sum-exp.
      const perRow = this.keys * (this.known[first.row] ? 0 : 1) + tileCells * tile.block;
      const most = Math.max(1, Math.floor((millisecondsPerUnit * this.#speed) / perRow));
      if (first.rows > most) return { ...first, rows: most };
      // Whole rows of cells that follow, as many as fit.
      const piece = { ...first };
      for (let next = cell + 1; next < tile.cellRows; next++) {
        const more = tile.unclaimed(next);
        if (!more || more.row !== piece.row + piece.rows || piece.row !== tile.firstRowOf(cell)) break;
        if (piece.rows + more.rows > most) break;
        piece.rows += more.rows;
      }
      return piece;
    }
    return undefined;
  }

  #neighbours(tile: MapTile, piece: Piece) {
    const { level, row, column } = tile.key;
    const wants = (at: number) => {
      const other = this.tile({ level, row, column: at });
      return other?.lastRequest === this.#request && other.isFree(piece) ? other : undefined;
    };
    const tiles = [tile];
    for (let at = column - 1, other = wants(at); other; other = wants(--at)) tiles.unshift(other);
    for (let at = column + 1, other = wants(at); other; other = wants(++at)) tiles.push(other);
    return tiles;
  }

  async #workOut({ piece, tiles }: { piece: Piece; tiles: MapTile[] }) {
    for (const tile of tiles) tile.claim(piece);
    this.#running++;
    const [left] = tiles as [MapTile];
    const block = left.block;
    const column = left.key.column * tileCells * block;
    const columns = Math.min(this.keys - column, tiles.length * tileCells * block);
    const wasKnown = this.known[piece.row] === 1;
    const start = performance.now();
    let isDone = false;
    try {
      const { row, rows } = piece;
      const width = Math.ceil(columns / block);
      const part: MapPart = { row, rows, rowBlock: block, column, columns, columnBlock: block };
      if (left.rowsDone[piece.cell]) part.before = rowOfCells(tiles, piece.cell, width);
      const cells = await this.#map(part);
      const passed = rows * (columns + (wasKnown ? 0 : this.keys));
      this.#speed = 0.7 * this.#speed + 0.3 * (passed / Math.max(performance.now() - start, 0.1));
      for (const [index, tile] of tiles.entries()) tile.take(piece, cells, width, index * tileCells);
      this.#wanted = this.#wanted.filter((tile) => !tile.isComplete);
      isDone = true;
    } catch (error) {
      for (const tile of tiles) tile.release(piece);
      this.#wanted = [];
      if (!this.#isClosed) this.onError(error);
    } finally {
      this.#running--;
      if (isDone && !this.#isClosed) this.#tellProgress();
      this.#serve();
    }
  }

  /** Where what hears of the progress throws, the rest is worked out all the same. */
  #tellProgress() {
    try {
      this.onProgress(this.share);
    } catch (error) {
      reportError(error);
    }
  }

  async #map(part: MapPart): Promise<MapCells> {
    const known = this.#knownRows(part.row, part.rows);
    const cells = await this.pool.run("mapLongHead", () => mapRequest(this.session, part, known));
    const { first, logSumExp, entropy } = cells.rows;
    this.logSumExp.set(logSumExp, first);
    this.entropy.set(entropy, first);
    this.known.fill(1, first, first + logSumExp.length);
    return cells;
  }

  /** What is known of these rows, for a worker that has not worked them out itself. */
  #knownRows(first: number, rows: number): KnownRows | undefined {
    if (!this.known.subarray(first, first + rows).every((is) => is === 1)) return undefined;
    const part = (all: Float32Array) => all.slice(first, first + rows);
    return { first, logSumExp: part(this.logSumExp), entropy: part(this.entropy) };
  }
}

function mapRequest(session: number, part: MapPart, known: KnownRows | undefined) {
  return { request: known ? { session, part, known } : { session, part } };
}

/** A row of cells as it is so far, through tiles that lie beside each other. */
function rowOfCells(tiles: MapTile[], cell: number, width: number): Cells {
  const cells = { largest: new Float32Array(width), sum: new Float32Array(width) };
  for (const [index, tile] of tiles.entries()) tile.copyRow(cell, cells, index * tileCells);
  return cells;
}

const nameOf = ({ level, row, column }: TileKey) => `${level}/${row}/${column}`;

function closeSession(pool: WorkerPool, session: number) {
  pool.forget(`long head ${session}`, "closeLongHead", () => ({ request: { session } }));
}

/** The rows of cells that stand for their bands at first. */
const sampledCells = ({ cellRows }: MapTile, band: number) =>
  Array.from({ length: Math.ceil(cellRows / band) }, (_, index) => Math.min(index * band + band / 2, cellRows - 1));

/** Rows of weights still to be done. */
function countRows(tiles: MapTile[]) {
  let rows = 0;
  for (const tile of tiles)
    for (let cell = 0; cell < tile.cellRows; cell++) rows += tile.rowsOf(cell) - (tile.rowsDone[cell] as number);
  return rows;
}
