/** Matrices of a part, one for each layer and head, taken out of the tensors when they are asked for. */
import { halfTable } from "../element-types";
import { checkSize } from "../map-size";
import { FormatError, inWords, type NamedTensor } from "../tensor";
import { layersOf } from "./growing-steps";
import type { AttentionSet, Axis, Family, Part } from "./reading";

export interface MapSource {
  readonly layers: number;
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
  readonly batches: number;
  readonly dtype: string;
  /** Whether matrices are parts of the tensors' own memory. */
  readonly isHeld: boolean;
  /** Row-major; of float32 that lies so a part of the tensor's own memory. From 0. Rows after `mostRows` may be left out. */
  matrix(layer: number, head: number, mostRows?: number): Float32Array;
}

/** The maps of a set's weights or scores, from its sequence `batch` of many, from 0. */
export function mapsOf(part: Part, { band }: Pick<AttentionSet, "band">, batch: number): MapSource {
  const source = part.listed === "step" ? stepsOf(part, batch) : matricesOf(part, "query", "key", batch);
  return band ? unbanded(source, band) : source;
}

/** Positions and components of Q, K or V. */
export const projectionsOf = (part: Part, batch: number): MapSource =>
  matricesOf(part, part.axes.includes("query") ? "query" : "key", "component", batch);

function matricesOf(part: Part, rowAxis: Axis, columnAxis: Axis, batch: number): MapSource {
  const { family, listed } = part;
  const [first] = family.tensors;
  if (!first) throw new FormatError("there are no tensors to read");
  const parts = family.tensors.map((tensor) => checked(tensor, first, part, [rowAxis, columnAxis]));
  const own = axisSizes(first.shape, part.axes);
  const isOfHeads = listed === "head";
  const [listLayers, listHeads] = isOfHeads ? layersOfHeads(family) : [parts.length, 1];
  const heads = own.head * listHeads;
  return {
    layers: own.layer * listLayers,
    heads,
    rows: own[rowAxis],
    columns: own[columnAxis],
    batches: own.batch,
    dtype: first.dtype,
    isHeld: first.data instanceof Float32Array && part.axes.at(-2) === rowAxis && part.axes.at(-1) === columnAxis,
    matrix: (layer, head, mostRows) => {
      const place = isOfHeads
        ? Math.floor(layer / own.layer) * listHeads + Math.floor(head / own.head)
        : Math.floor(layer / own.layer);
      const tensor = parts[place] ?? first;
      const at = { batch: Math.min(batch, own.batch - 1), layer: layer % own.layer, head: head % own.head };
      return matrixOf(tensor, part.axes, at, [rowAxis, columnAxis], mostRows);
    },
  };
}

/** How many layers there are of tensors of heads, and how many heads each has. */
function layersOfHeads({ numbers }: Family): readonly [layers: number, heads: number] {
  const heads = new Map<number, number>();
  for (const [layer = 0, head] of numbers) {
    const key = head === undefined ? 0 : layer;
    heads.set(key, (heads.get(key) ?? 0) + 1);
  }
  const [[first, count] = [0, 0], ...others] = heads;
  const odd = others.find(([, other]) => other !== count);
  if (odd)
    throw new FormatError(
      `layer ${first} has ${inHeads(count)}, but layer ${odd[0]} has ${odd[1]}: layers of as many heads each can be read`,
    );
  return [heads.size, count];
}

const inHeads = (count: number) => `${count} ${count === 1 ? "head" : "heads"}`;

type Sizes = Record<Axis, number>;

function axisSizes(shape: readonly number[], axes: readonly Axis[]): Sizes {
  const sizes: Sizes = { batch: 1, layer: 1, head: 1, query: 1, key: 1, component: 1 };
  for (const [i, axis] of axes.entries()) sizes[axis] *= shape[i] ?? 1;
  return sizes;
}

function checked(tensor: NamedTensor, first: NamedTensor, { axes }: Part, inner: readonly Axis[]): NamedTensor {
  const { name, shape } = tensor;
  if (shape.length < 2)
    throw new FormatError(`${name} has a shape ${inWords(shape)}; a matrix of at least two axes is needed`);
  if (shape.includes(0)) throw new FormatError(`${name} has a shape ${inWords(shape)}, which holds nothing`);
  if (shape.join() !== first.shape.join())
    throw new FormatError(`${name} has a shape ${inWords(shape)}, but ${first.name} has ${inWords(first.shape)}`);
  if (axes.length !== shape.length)
    throw new FormatError(
      `${name} has ${shape.length} axes ${inWords(shape)}, but ${axes.length} are named: ${axes.join(", ")}`,
    );
  const missing = inner.find((axis) => axes.filter((each) => each === axis).length !== 1);
  if (missing)
    throw new FormatError(
      `of ${name} ${inWords(shape)} exactly one axis has to be the ${missing}, not ${axes.filter((each) => each === missing).length}`,
    );
  return tensor;
}

/** Strides in elements; of axes of one kind the last is the fastest. */
function matrixOf(
  { data, half = "f16", shape }: NamedTensor,
  axes: readonly Axis[],
  at: Readonly<Record<"batch" | "layer" | "head", number>>,
  [rowAxis, columnAxis]: readonly [Axis, Axis],
  mostRows = Number.POSITIVE_INFINITY,
): Float32Array {
  const strides: number[] = [];
  for (let i = shape.length - 1, stride = 1; i >= 0; stride *= shape[i] as number, i--) strides[i] = stride;
  const rest: Record<string, number> = { ...at };
  let offset = 0;
  for (let i = axes.length - 1; i >= 0; i--) {
    const axis = axes[i] as Axis;
    if (axis === rowAxis || axis === columnAxis) continue;
    const size = shape[i] as number;
    const index = rest[axis] ?? 0;
    offset += (index % size) * (strides[i] as number);
    rest[axis] = Math.floor(index / size);
  }
  const of = (axis: Axis) => axes.indexOf(axis);
  const [rows, columns] = [Math.min(mostRows, shape[of(rowAxis)] as number), shape[of(columnAxis)] as number];
  const [rowStride, columnStride] = [strides[of(rowAxis)] as number, strides[of(columnAxis)] as number];
  if (data instanceof Float32Array && columnStride === 1 && rowStride === columns)
    return data.subarray(offset, offset + rows * columns);
  const out = new Float32Array(rows * columns);
  const table = data instanceof Uint16Array ? halfTable(half) : undefined;
  for (let row = 0, to = 0; row < rows; row++)
    for (let column = 0, from = offset + row * rowStride; column < columns; column++, to++, from += columnStride) {
      const value = data[from] as number;
      out[to] = table ? (table[value] as number) : value;
    }
  return out;
}

/** The rows of all steps, one below the other; keys that a step has not yet are 0. */
function stepsOf(part: Part, batch: number): MapSource {
  const { family, axes } = part;
  const layers = layersOf(family);
  const steps = Array.from({ length: family.tensors.length / layers }, (_, step) =>
    family.tensors
      .slice(step * layers, (step + 1) * layers)
      .map((tensor) =>
        matricesOf(
          { family: { ...family, tensors: [tensor], numbers: [[]] }, listed: "layer", axes },
          "query",
          "key",
          batch,
        ),
      ),
  );
  const [first] = steps[0] ?? [];
  if (!first) throw new FormatError("there are no steps to read");
  const rows = steps.reduce((sum, [each]) => sum + (each?.rows ?? 0), 0);
  const columns = steps.at(-1)?.[0]?.columns ?? 0;
  return {
    ...first,
    layers: layers * first.layers,
    rows,
    columns,
    isHeld: false,
    matrix: (layer, head) => {
      const out = new Float32Array(rows * columns);
      let row = 0;
      for (const step of steps) {
        const each = step[Math.floor(layer / first.layers)] ?? first;
        const matrix = each.matrix(layer % first.layers, head);
        for (let i = 0; i < each.rows; i++, row++)
          out.set(matrix.subarray(i * each.columns, (i + 1) * each.columns), row * columns);
      }
      return out;
    },
  };
}

/** As many columns as rows, each weight in the column of its key. */
function unbanded(source: MapSource, { before, global }: NonNullable<AttentionSet["band"]>): MapSource {
  const { layers, heads, rows, columns } = source;
  // A short file makes maps of any size: its rows grow from a band of columns to as many as there are rows.
  checkSize(layers * heads, rows, rows, `of its ${rows} rows of ${columns} weights around each query, `);
  return {
    ...source,
    columns: rows,
    isHeld: false,
    matrix: (layer, head) => {
      const matrix = source.matrix(layer, head);
      const out = new Float32Array(rows * rows);
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const key = column < global ? column : row - before + column - global;
          if (key >= 0 && key < rows)
            out[row * rows + key] = (out[row * rows + key] as number) + (matrix[row * columns + column] as number);
        }
      return out;
    },
  };
}

/** All matrices of a source as one array (layers, heads, rows, columns); where they lie so already, the tensor's own. */
export function dense(source: MapSource): Float32Array {
  const { layers, heads, rows, columns } = source;
  const size = rows * columns;
  const first = source.matrix(0, 0);
  const all = new Float32Array(layers * heads * size);
  for (let i = 0; i < layers * heads; i++)
    all.set(i === 0 ? first : source.matrix(Math.floor(i / heads), i % heads), i * size);
  return all;
}
