/** Cells along each side of a tile. */
export const tileCells = 256;

/** At level L a cell stands for 2^L × 2^L weights. */
export interface TileKey {
  /** 0: a cell is a weight. */
  level: number;
  /** Which row of tiles, from 0. */
  row: number;
  /** Which column of tiles, from 0. */
  column: number;
}

/** Rows of cells of a tile, next to be worked out: rows of the matrix from `row` on, which begin at cell row `cell`. */
export interface Piece {
  cell: number;
  row: number;
  rows: number;
}

/** Row-major: the largest weight of each cell, and the sum of its weights. */
export interface Cells {
  largest: Float32Array;
  sum: Float32Array;
}

/** One tile of a long map and how far it has come. */
export class MapTile {
  /** Rows of cells that lie within the matrix. */
  readonly cellRows: number;
  /** Columns of cells that lie within the matrix. */
  readonly cellColumns: number;
  /** Weights along each side of a cell. */
  readonly block: number;
  /** Row-major, 256 cells a row: the largest weight of each, over the rows done so far. */
  readonly largest = new Float32Array(tileCells * tileCells);
  /** The same: the sum of the weights of each. */
  readonly sum = new Float32Array(tileCells * tileCells);
  /** Per row of cells, how many of its rows of weights are in it. Fewer than rowsOf(cell): a sample. */
  readonly rowsDone = new Uint32Array(tileCells);
  /** The same, with what is being worked out now. */
  readonly #rowsClaimed = new Uint32Array(tileCells);
  /** @internal */
  lastRequest = 0;
  /** Changes whenever the cells do. */
  version = 0;

  constructor(
    /** Which tile it is. */
    readonly key: TileKey,
    private readonly queries: number,
    keys: number,
  ) {
    this.block = 2 ** key.level;
    const cellsFrom = (index: number, length: number) =>
      Math.min(tileCells, Math.ceil(length / this.block) - index * tileCells);
    this.cellRows = Math.max(0, cellsFrom(key.row, queries));
    this.cellColumns = Math.max(0, cellsFrom(key.column, keys));
  }

  /** The first row of weights in a row of cells. */
  firstRowOf(cell: number) {
    return (this.key.row * tileCells + cell) * this.block;
  }

  /** How many rows of weights a row of cells stands for. */
  rowsOf(cell: number) {
    return Math.min(this.block, this.queries - this.firstRowOf(cell));
  }

  /** Whether all rows are in it. */
  get isComplete() {
    for (let cell = 0; cell < this.cellRows; cell++)
      if ((this.rowsDone[cell] as number) < this.rowsOf(cell)) return false;
    return true;
  }

  /** The first rows of a row of cells that nobody has claimed; none while others of it are on their way, which those go on from. @internal */
  unclaimed(cell: number): Piece | undefined {
    const claimed = this.#rowsClaimed[cell] as number;
    const rows = this.rowsOf(cell) - claimed;
    if (cell >= this.cellRows || rows <= 0 || claimed !== this.rowsDone[cell]) return undefined;
    return { cell, row: this.firstRowOf(cell) + claimed, rows };
  }

  /** Whether these rows are the next of their rows of cells. @internal */
  isFree({ cell, row, rows }: Piece) {
    for (let at = cell; this.firstRowOf(at) < row + rows; at++)
      if (this.unclaimed(at)?.row !== Math.max(row, this.firstRowOf(at))) return false;
    return true;
  }

  /** Says that these rows are being worked out. @internal */
  claim(piece: Piece) {
    this.#count(this.#rowsClaimed, piece, 1);
  }

  /** Gives a claim back that was not worked out. @internal */
  release(piece: Piece) {
    this.#count(this.#rowsClaimed, piece, -1);
  }

  /** Copies a row of cells to `offset` of a wider row. @internal */
  copyRow(cell: number, to: Cells, offset: number) {
    const part = (cells: Float32Array) => cells.subarray(cell * tileCells, cell * tileCells + this.cellColumns);
    to.largest.set(part(this.largest), offset);
    to.sum.set(part(this.sum), offset);
  }

  /** Takes the cells that now hold a piece too: `width` of them a row, this tile's from `offset` on. @internal */
  take(piece: Piece, { largest, sum }: Cells, width: number, offset: number) {
    for (let cell = piece.cell, from = offset; this.firstRowOf(cell) < piece.row + piece.rows; cell++, from += width) {
      this.largest.set(largest.subarray(from, from + this.cellColumns), cell * tileCells);
      this.sum.set(sum.subarray(from, from + this.cellColumns), cell * tileCells);
    }
    this.#count(this.rowsDone, piece, 1);
    this.version++;
  }

  #count(counts: Uint32Array, { cell, row, rows }: Piece, sign: 1 | -1) {
    for (let at = cell; at < tileCells && this.firstRowOf(at) < row + rows; at++) {
      const start = Math.max(row, this.firstRowOf(at));
      const end = Math.min(row + rows, this.firstRowOf(at) + this.rowsOf(at));
      counts[at] = (counts[at] as number) + sign * (end - start);
    }
  }
}
