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
  readonly label: string;
  readonly scores: Scores;
  /** (queries × keys), row-major. */
  readonly weights: Float32Array;
  /** Of each query, in nats. */
  readonly entropy: Float32Array;
  /** 1 where the query may see the key; all that the part has cells for, where it is not given. */
  readonly visible?: Uint8Array;
}

/** One kind of attention, and what the tokens on its axes are called. */
export interface PartDescription {
  readonly kind: RecordedKind;
  /** Whether no query sees a key after it: what lies there is left out. */
  readonly causal: boolean;
  readonly layers: number;
  readonly headsOfLayer: number;
  readonly queryTokens: readonly string[];
  /** Where they are not those of the queries. */
  readonly keyTokens?: readonly string[];
}

export interface PartToRecord extends PartDescription {
  readonly heads: readonly { readonly layer: number; readonly head: number }[];
  /** The head at this place in `heads`. One is held at a time: all of a long text are more than memory has room for. */
  readonly read: (index: number) => HeadToRecord | Promise<HeadToRecord>;
}

export interface RecordingToWrite {
  readonly title: string;
  /** Where the numbers come from: a sentence. */
  readonly source: string;
  readonly bits: Bits;
  readonly parts: readonly PartToRecord[];
}

/** Rejects with FormatError where something is not a weight. */
export async function writeRecording({ title, source, bits, parts }: RecordingToWrite): Promise<Blob> {
  const packed: Packed[] = [];
  for (const part of parts) packed.push(await packPart(part, bits));
  const header = { version: 1, bits, title, source, parts: packed.map(({ description }) => description) };
  const tensors = packed.flatMap((part) => part.tensors);
  // The wider elements first, so that all of them lie where they can be read in place.
  tensors.sort((a, b) => (widths[b.dtype] ?? 0) - (widths[a.dtype] ?? 0));
  return writeSafetensors(tensors, { [metadataKey]: JSON.stringify(header) });
}

const widths: Readonly<Record<string, number>> = { F32: 4, U16: 2, U8: 1 };

interface Packed {
  readonly description: object;
  readonly tensors: readonly TensorToWrite[];
}

async function packPart(part: PartToRecord, bits: Bits): Promise<Packed> {
  const { kind, causal, layers, headsOfLayer, queryTokens, keyTokens = queryTokens, heads } = part;
  const layout = { causal, queries: queryTokens.length, keys: keyTokens.length };
  const { queries } = layout;
  const cells = cellsOfHead(layout);
  const bytesOfVisible = Math.ceil(cells / 8);
  const steps = new Float32Array(heads.length * queries);
  const entropy = new Float32Array(heads.length * queries);
  const scores = new Float32Array(heads.length * scoreNames.length);
  const integers = bits === 8 ? new Uint8Array(heads.length * cells) : new Uint16Array(heads.length * cells);
  const visible = new Uint8Array(heads.length * bytesOfVisible);
  const labels: string[] = [];
  let isAllSeen = true;
  for (const i of heads.keys()) {
    const head = await part.read(i);
    check(part, i, head, layout);
    labels.push(head.label);
    entropy.set(head.entropy, i * queries);
    const named = scoreNames.map((name) => head.scores[name]);
    scores.set(named, i * scoreNames.length);
    const ofHead = integers.subarray(i * cells, (i + 1) * cells);
    steps.set(packWeights(head.weights, layout, bits, ofHead), i * queries);
    const isSeen = packVisible(head.visible, layout, visible.subarray(i * bytesOfVisible, (i + 1) * bytesOfVisible));
    isAllSeen &&= isSeen;
  }
  const tensor = (name: string, dtype: string, data: TensorToWrite["data"], width: number): TensorToWrite => {
    return { name: `${kind}.${name}`, dtype, shape: [heads.length, width], data };
  };
  return {
    description: {
      ...{ kind, causal, layers, headsOfLayer, queryTokens },
      ...(part.keyTokens ? { keyTokens } : {}),
      heads: heads.map(({ layer, head }) => [layer, head]),
      labels,
    },
    tensors: [
      tensor("steps", "F32", steps, queries),
      tensor("entropy", "F32", entropy, queries),
      tensor("scores", "F32", scores, scoreNames.length),
      tensor("weights", bits === 8 ? "U8" : "U16", integers, cells),
      ...(isAllSeen ? [] : [tensor("visible", "U8", visible, bytesOfVisible)]),
    ],
  };
}

/** Throws FormatError where a head is not one of the part's. */
function check({ heads }: PartToRecord, index: number, { weights, visible }: HeadToRecord, layout: CellLayout): void {
  const { queries, keys } = layout;
  const name = `layer ${heads[index]?.layer}, head ${heads[index]?.head}`;
  if (weights.length !== queries * keys)
    throw new FormatError(`${name} has ${weights.length} weights of ${queries} × ${keys} tokens`);
  const odd = weights.find((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (odd !== undefined)
    throw new FormatError(`${name} holds ${odd}, which is no weight: nothing below 0, no NaN, no infinity`);
  for (let query = 0; query < queries; query++) {
    const [end, next] = [query * keys + cellsOfRow(layout, query), (query + 1) * keys];
    if (visible ? visible.subarray(end, next).includes(1) : weights.subarray(end, next).some((weight) => weight > 0))
      throw new FormatError(`${name} is not causal: query ${query} sees a key after it`);
  }
}

/** Writes the whole numbers of a head into `integers`; returns the step of each row. */
function packWeights(weights: Float32Array, layout: CellLayout, bits: Bits, integers: Uint8Array | Uint16Array) {
  const most = largestInteger(bits);
  let cell = 0;
  return Float32Array.from({ length: layout.queries }, (_, query) => {
    const from = query * layout.keys;
    const row = weights.subarray(from, from + cellsOfRow(layout, query));
    const step = Math.fround(row.reduce((a, b) => Math.max(a, b), 0) / most);
    for (const weight of row) integers[cell++] = step > 0 ? Math.min(most, Math.round(weight / step)) : 0;
    return step;
  });
}

/** Writes a bit for each cell of a head; returns whether all of them are seen. */
function packVisible(visible: Uint8Array | undefined, layout: CellLayout, bitmap: Uint8Array): boolean {
  if (!visible) {
    bitmap.fill(255);
    return true;
  }
  let isAllSeen = true;
  let cell = 0;
  for (let query = 0; query < layout.queries; query++)
    for (let key = 0; key < cellsOfRow(layout, query); key++, cell++) {
      if (visible[query * layout.keys + key]) bitmap[cell >> 3] = (bitmap[cell >> 3] as number) | (1 << (cell & 7));
      else isAllSeen = false;
    }
  return isAllSeen;
}
