/** Writes a recording: layout.ts says what that is. */
import { FormatError } from "../tensor";
import { type TensorToWrite, writeSafetensors } from "../write-safetensors";
import {
  type Bits,
  type CellLayout,
  cellsOfHead,
  cellsOfRow,
  largestInteger,
  metadataKey,
  type RecordedKind,
  type Scores,
  scoreNames,
} from "./layout";

export interface HeadToRecord {
  readonly layer: number;
  readonly head: number;
  readonly label: string;
  readonly scores: Scores;
  /** (queries × keys), row-major. */
  readonly weights: Float32Array;
  /** Of each query, in nats. */
  readonly entropy: Float32Array;
  /** 1 where the query may see the key. */
  readonly visible?: Uint8Array;
}

export interface PartToRecord {
  readonly kind: RecordedKind;
  readonly layers: number;
  readonly headsOfLayer: number;
  readonly queryTokens: readonly string[];
  readonly keyTokens?: readonly string[];
  readonly heads: readonly HeadToRecord[];
}

export interface RecordingToWrite {
  readonly title: string;
  /** Where the numbers come from: a sentence. */
  readonly source: string;
  readonly bits: Bits;
  readonly parts: readonly PartToRecord[];
}

/** Throws FormatError where something is not a weight. */
export function writeRecording({ title, source, bits, parts }: RecordingToWrite): Blob {
  const packed = parts.map((part) => packPart(part, bits));
  const header = { version: 1, bits, title, source, parts: packed.map(({ description }) => description) };
  const tensors = packed.flatMap((part) => part.tensors);
  // The wider elements first, so that all of them lie where they can be read in place.
  const widths: Record<string, number> = { F32: 4, U16: 2, U8: 1 };
  tensors.sort((a, b) => (widths[b.dtype] as number) - (widths[a.dtype] as number));
  return writeSafetensors(tensors, { [metadataKey]: JSON.stringify(header) });
}

function packPart(part: PartToRecord, bits: Bits): { description: object; tensors: TensorToWrite[] } {
  const { kind, layers, headsOfLayer, queryTokens, heads } = part;
  const keyTokens = part.keyTokens ?? queryTokens;
  const square = { queries: queryTokens.length, keys: keyTokens.length };
  for (const { layer, head, weights } of heads)
    if (weights.length !== square.queries * square.keys)
      throw new FormatError(
        `layer ${layer}, head ${head} has ${weights.length} weights of ${square.queries} × ${square.keys} tokens`,
      );
  const isHidden = heads.some(({ visible }) => visible?.includes(0));
  const causal =
    isHidden && heads.every(({ visible }) => visible && isWithinTriangle({ ...square, causal: true }, visible));
  const layout = { ...square, causal };
  const cells = cellsOfHead(layout);
  const steps = new Float32Array(heads.length * square.queries);
  const entropy = new Float32Array(steps.length);
  const scores = new Float32Array(heads.length * scoreNames.length);
  const integers = bits === 8 ? new Uint8Array(heads.length * cells) : new Uint16Array(heads.length * cells);
  const rowOfBits = Math.ceil(cells / 8);
  const visible = new Uint8Array(heads.length * rowOfBits);
  let isAllSeen = true;
  for (const [i, head] of heads.entries()) {
    entropy.set(head.entropy, i * square.queries);
    scores.set(
      scoreNames.map((name) => head.scores[name]),
      i * scoreNames.length,
    );
    let cell = 0;
    for (let query = 0; query < square.queries; query++) {
      const from = query * square.keys;
      const row = head.weights.subarray(from, from + cellsOfRow(layout, query));
      const step = stepOf(row, bits, head);
      steps[i * square.queries + query] = step;
      for (let key = 0; key < row.length; key++, cell++) {
        integers[i * cells + cell] =
          step > 0 ? Math.min(largestInteger(bits), Math.round((row[key] as number) / step)) : 0;
        if (head.visible && !head.visible[from + key]) isAllSeen = false;
        else (visible[i * rowOfBits + (cell >> 3)] as number) |= 1 << (cell & 7);
      }
    }
  }
  const tensor = (name: string, dtype: string, data: TensorToWrite["data"], width: number): TensorToWrite => ({
    ...{ name: `${kind}.${name}`, dtype, shape: [heads.length, width], data },
  });
  return {
    description: {
      ...{ kind, causal, layers, headsOfLayer, queryTokens },
      ...(part.keyTokens ? { keyTokens } : {}),
      heads: heads.map(({ layer, head }) => [layer, head]),
      labels: heads.map(({ label }) => label),
    },
    tensors: [
      tensor("steps", "F32", steps, square.queries),
      tensor("entropy", "F32", entropy, square.queries),
      tensor("scores", "F32", scores, scoreNames.length),
      tensor("weights", bits === 8 ? "U8" : "U16", integers, cells),
      ...(isAllSeen ? [] : [tensor("visible", "U8", visible, rowOfBits)]),
    ],
  };
}

/** The row's largest weight as a share of the largest whole number, as float32 has it. */
function stepOf(row: Float32Array, bits: Bits, { layer, head }: HeadToRecord): number {
  let largest = 0;
  for (const weight of row) {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new FormatError(
        `layer ${layer}, head ${head} holds ${weight}, which is no weight: nothing below 0, no NaN, no infinity`,
      );
    if (weight > largest) largest = weight;
  }
  return Math.fround(largest / largestInteger(bits));
}

/** Whether every key after the triangle is hidden from its query. */
function isWithinTriangle(layout: CellLayout, visible: Uint8Array): boolean {
  for (let query = 0; query < layout.queries; query++)
    if (visible.subarray(query * layout.keys + cellsOfRow(layout, query), (query + 1) * layout.keys).includes(1))
      return false;
  return true;
}
