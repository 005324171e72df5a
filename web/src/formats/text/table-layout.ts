/** What the columns of a table of numbers are, where they are more than the keys of a matrix. Each function returns undefined where they are not that. */

export interface Table {
  /** Row-major, (rows, width). */
  readonly data: Float32Array<ArrayBuffer>;
  readonly rows: number;
  readonly width: number;
}

/** A first column 0, 1, 2, … or 1, 2, 3, … beside a square: the numbers of rows, which pandas writes under no name of its own. */
export function withoutRowNumbers({ data, rows, width }: Table): Table | undefined {
  if (width !== rows + 1 || rows < 2) return undefined;
  const first = data[0] ?? 0;
  if (first !== 0 && first !== 1) return undefined;
  for (let i = 0; i < rows; i++) if (data[i * width] !== first + i) return undefined;
  return columns({ data, rows, width }, 1, width);
}

/** The columns from `start` to before `end`. */
export function columns({ data, rows, width }: Table, start: number, end: number): Table {
  const kept = new Float32Array(rows * (end - start));
  for (let row = 0; row < rows; row++)
    kept.set(data.subarray(row * width + start, row * width + end), row * (end - start));
  return { data: kept, rows, width: end - start };
}

interface Cells {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

const mostPlaces = 4;

/**
 * One number a line, after the places that it belongs to: query, key, weight, or layer, head, query, key, weight. The places are whole
 * numbers from 0 or from 1, every one of them there once; of a causal map the keys after the query may be left out, and have 0.
 */
export function byPlaces({ data, rows, width }: Table): Cells | undefined {
  const axes = width - 1;
  if (axes < 2 || axes > mostPlaces || rows < 4) return undefined;
  const least = new Array<number>(axes).fill(Number.POSITIVE_INFINITY);
  const most = new Array<number>(axes).fill(-1);
  for (let row = 0; row < rows; row++)
    for (let axis = 0; axis < axes; axis++) {
      const place = data[row * width + axis] as number;
      if (!Number.isInteger(place) || place < 0) return undefined;
      least[axis] = Math.min(least[axis] as number, place);
      most[axis] = Math.max(most[axis] as number, place);
    }
  if (least.some((place) => place > 1)) return undefined;
  const shape = most.map((place, axis) => place - (least[axis] as number) + 1);
  const count = shape.reduce((product, length) => product * length, 1);
  const [queries = 0, keys = 0] = shape.slice(-2);
  const visible = (count / (queries * keys)) * ((queries * (queries + 1)) / 2);
  const isCausal = queries === keys && rows === visible;
  if (rows !== count && !isCausal) return undefined;
  const cells = new Float32Array(count);
  const isGiven = new Uint8Array(count);
  for (let row = 0; row < rows; row++) {
    let at = 0;
    for (let axis = 0; axis < axes; axis++)
      at = at * (shape[axis] as number) + (data[row * width + axis] as number) - (least[axis] as number);
    const [query, key] = [Math.floor(at / keys) % queries, at % keys];
    if (isGiven[at] || (rows !== count && key > query)) return undefined;
    isGiven[at] = 1;
    cells[at] = data[row * width + axes] as number;
  }
  return { shape, data: cells };
}
