/** Cells along each side of a tile. */
export const tileCells = 256;

/** At level L a cell stands for 2^L × 2^L weights. */
export interface TileKey {
  level: number;
  row: number;
  column: number;
}

/** Rows of cells of a tile, next to be worked out: rows of the matrix from `row` on, which begin at cell row `cell`. */
export interface Piece {
  cell: number;
  row: number;
  rows: number;
}

/** One tile of a long map and how far it has come. */
export class MapTile {
  /** Cells that lie within the matrix. */
  readonly cellRows: number;
  readonly cellColumns: number;
  readonly block: number;
  /** Row-major, tileCells a row: the largest weight and the sum of the weights of each cell, over the rows done so far. */
  readonly largest = new Float32Array(tileCells * tileCells);
  readonly sum = new Float32Array(tileCells * tileCells);
  /** Per row of cells, how many of its rows of weights are in it. Fewer than rowsOf(cell): a sample. */
  readonly rowsDone = new Uint32Array(tileCells);
  /** The same, with what is being worked out now. */
  readonly #rowsClaimed = new Uint32Array(tileCells);
  lastWanted = 0;
  /** Changes whenever the cells do. */
  version = 0;

  constructor(
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

  firstRowOf(cell: number) {
    return (this.key.row * tileCells + cell) * this.block;
  }

  rowsOf(cell: number) {
    return Math.min(this.block, this.queries - this.firstRowOf(cell));
  }

  get isComplete() {
    for (let cell = 0; cell < this.cellRows; cell++)
      if ((this.rowsDone[cell] as number) < this.rowsOf(cell)) return false;
    return true;
  }

  /** The first rows of a row of cells that nobody has claimed. */
  unclaimed(cell: number): Piece | undefined {
    const claimed = this.#rowsClaimed[cell] as number;
    const rows = this.rowsOf(cell) - claimed;
    return cell < this.cellRows && rows > 0 ? { cell, row: this.firstRowOf(cell) + claimed, rows } : undefined;
  }

  /** Whether nobody has claimed these rows. */
  isFree({ cell, row, rows }: Piece) {
    for (let at = cell; this.firstRowOf(at) < row + rows; at++) {
      const start = Math.max(row, this.firstRowOf(at));
      if (this.firstRowOf(at) + (this.#rowsClaimed[at] as number) !== start) return false;
    }
    return true;
  }

  claim(piece: Piece) {
    this.#count(this.#rowsClaimed, piece, 1);
  }

  /** Gives a claim back that was not worked out. */
  release(piece: Piece) {
    this.#count(this.#rowsClaimed, piece, -1);
  }

  /** Takes in the cells of a piece: `width` of them a row, this tile's from `offset` on. */
  merge(piece: Piece, cells: { largest: Float32Array; sum: Float32Array }, width: number, offset: number) {
    for (let cell = piece.cell, from = offset; this.firstRowOf(cell) < piece.row + piece.rows; cell++, from += width)
      for (let column = 0; column < this.cellColumns; column++) {
        const at = cell * tileCells + column;
        const largest = cells.largest[from + column] as number;
        if (!(largest <= (this.largest[at] as number))) this.largest[at] = largest; // NaN too
        this.sum[at] = (this.sum[at] as number) + (cells.sum[from + column] as number);
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
