/** Reads a recording (layout.ts). Every size is checked before anything is read by it; heads are decoded when they are asked for. */
import { messageOf } from "../../model/error-message";
import { shown } from "../json-string";
import { isSafetensors, type StoredTensor, storedTensors } from "../safetensors";
import { FormatError, inWords } from "../tensor";
import {
  type Bits,
  cellsOfHead,
  cellsOfRow,
  errorOfStep,
  isRecording,
  kindOf,
  metadataKey,
  type RecordedKind,
  type Scores,
  scoreNames,
} from "./layout";

export interface RecordedHead {
  readonly layer: number;
  readonly head: number;
  /** What it mostly looks at, in a word or two; empty where that is not known. */
  readonly label: string;
  readonly scores: Scores;
}

/** Row-major, (queries × keys). */
export interface DecodedHead {
  readonly queries: number;
  readonly keys: number;
  /** Masked weights are 0. */
  readonly weights: Float32Array;
  readonly visibleKeys: Float32Array;
  /** 1 where the query may see the key, where that is not the first `visibleKeys` keys. */
  readonly visible?: Uint8Array;
  /** Of the weights before they were rounded, in nats. */
  readonly entropy: Float32Array;
  /** How far each weight of a row may be from the recorded one. */
  readonly errors: Float32Array;
  readonly largest: number;
}

export interface RecordedPart {
  readonly kind: RecordedKind;
  readonly causal: boolean;
  readonly layers: number;
  readonly headsOfLayer: number;
  readonly queryTokens: readonly string[];
  readonly keyTokens: readonly string[];
  readonly heads: readonly RecordedHead[];
  /** Of the head at this place in `heads`. */
  readonly decode: (index: number) => DecodedHead;
}

export interface Recording {
  readonly title: string;
  /** Where the numbers come from: a sentence. */
  readonly source: string;
  readonly bits: Bits;
  readonly parts: readonly [RecordedPart, ...RecordedPart[]];
}

const mostLayers = 10_000;

/** Throws FormatError with what is wrong. */
export function readRecording(bytes: Uint8Array<ArrayBuffer>): Recording {
  if (!isSafetensors(bytes)) throw new FormatError("it is no safetensors file, and so no recording");
  const { tensors, metadata } = storedTensors(bytes);
  if (!isRecording(metadata)) throw new FormatError(`it is no recording: its metadata have no ${metadataKey}`);
  const header = parsed(metadata[metadataKey]);
  if (header.version !== 1)
    throw new FormatError(`it is a recording of version ${shown(header.version)}; version 1 can be read`);
  const { bits } = header;
  if (bits !== 8 && bits !== 16) throw new FormatError(`its weights have ${shown(bits)} bits; they may have 8 or 16`);
  if (!Array.isArray(header.parts)) throw new FormatError(`its parts are ${shown(header.parts)}, not a list`);
  // Before any is read: each of many equal ones would have a copy of its numbers.
  const seen = new Set<RecordedKind>();
  for (const part of header.parts) {
    const kind = kindOf(part?.kind);
    if (seen.has(kind)) throw new FormatError(`it has two parts of kind ${kind}`);
    seen.add(kind);
  }
  const [first, ...others] = header.parts.map((part) => readPart(part, bits, tensors));
  if (!first) throw new FormatError("it has no parts");
  return { title: text(header.title, "title"), source: text(header.source, "source"), bits, parts: [first, ...others] };
}

function readPart(value: unknown, bits: Bits, tensors: readonly StoredTensor[]): RecordedPart {
  const part = (value ?? {}) as Record<string, unknown>;
  const kind = kindOf(part.kind);
  if (typeof part.causal !== "boolean") throw new FormatError(`${kind}: causal is ${shown(part.causal)}`);
  const { causal } = part;
  const layers = count(part.layers, `${kind}: layers`);
  const headsOfLayer = count(part.headsOfLayer, `${kind}: headsOfLayer`);
  const queryTokens = names(part.queryTokens, `${kind}: queryTokens`);
  const keyTokens = part.keyTokens === undefined ? queryTokens : names(part.keyTokens, `${kind}: keyTokens`);
  const places = headPlaces(part.heads, { kind, layers, headsOfLayer });
  const labels = part.labels === undefined ? places.map(() => "") : texts(part.labels, `${kind}: labels`);
  if (labels.length !== places.length)
    throw new FormatError(`${kind}: there are ${labels.length} labels of ${places.length} heads`);
  const layout = { causal, queries: queryTokens.length, keys: keyTokens.length };
  const cells = cellsOfHead(layout);
  const find = (name: string, dtype: string, width: number) =>
    tensorOf(tensors, `${kind}.${name}`, dtype, [places.length, width]);
  const weights = find("weights", bits === 8 ? "U8" : "U16", cells);
  const steps = floats(find("steps", "F32", layout.queries), `${kind}.steps`);
  const entropy = floats(find("entropy", "F32", layout.queries), `${kind}.entropy`);
  const scores = floats(find("scores", "F32", scoreNames.length), `${kind}.scores`, true);
  const hasVisible = tensors.some(({ name }) => name === `${kind}.visible`);
  const visible = hasVisible ? find("visible", "U8", Math.ceil(cells / 8)) : null;
  const heads = places.map(([layer, head], i): RecordedHead => {
    const of = scores.subarray(i * scoreNames.length, (i + 1) * scoreNames.length);
    const named = Object.fromEntries(scoreNames.map((name, j) => [name, of[j] as number])) as unknown as Scores;
    return { layer, head, label: labels[i] as string, scores: named };
  });
  const decode = (index: number): DecodedHead => {
    if (!heads[index]) throw new FormatError(`${kind}: there is no head ${index} among the ${heads.length} recorded`);
    const ofHead = (all: Float32Array) => all.subarray(index * layout.queries, (index + 1) * layout.queries);
    const bytesOfHead = cells * (bits / 8);
    return decodeHead(layout, {
      integers: weights.subarray(index * bytesOfHead, (index + 1) * bytesOfHead),
      bits,
      steps: ofHead(steps),
      entropy: ofHead(entropy),
      visible: visible?.subarray(index * Math.ceil(cells / 8), (index + 1) * Math.ceil(cells / 8)) ?? null,
    });
  };
  return { kind, causal, layers, headsOfLayer, queryTokens, keyTokens, heads, decode };
}

interface StoredHead {
  readonly integers: Uint8Array;
  readonly bits: Bits;
  readonly steps: Float32Array;
  readonly entropy: Float32Array;
  readonly visible: Uint8Array | null;
}

function decodeHead(
  layout: { causal: boolean; queries: number; keys: number },
  { integers, bits, steps, entropy, visible: bitmap }: StoredHead,
): DecodedHead {
  const { queries, keys } = layout;
  const weights = new Float32Array(queries * keys);
  const visible = bitmap && new Uint8Array(queries * keys);
  const visibleKeys = new Float32Array(queries);
  let largest = 0;
  let cell = 0;
  for (let query = 0; query < queries; query++) {
    const step = steps[query] as number;
    const end = cellsOfRow(layout, query);
    let seen = 0;
    for (let key = 0; key < end; key++, cell++) {
      const integer =
        bits === 8 ? integers[cell] : (integers[2 * cell] as number) | ((integers[2 * cell + 1] as number) << 8);
      const weight = Math.fround((integer as number) * step);
      const isSeen = !bitmap || (((bitmap[cell >> 3] as number) >> (cell & 7)) & 1) === 1;
      if (!isSeen) continue;
      weights[query * keys + key] = weight;
      if (visible) visible[query * keys + key] = 1;
      seen++;
      if (weight > largest) largest = weight;
    }
    visibleKeys[query] = seen;
  }
  return {
    ...{ queries, keys, weights, visibleKeys, entropy, largest },
    errors: steps.map(errorOfStep),
    ...(visible ? { visible } : {}),
  };
}

function tensorOf(tensors: readonly StoredTensor[], name: string, dtype: string, shape: readonly [number, number]) {
  const found = tensors.find((tensor) => tensor.name === name);
  if (!found) throw new FormatError(`there is no tensor ${name}`);
  if (found.dtype !== dtype) throw new FormatError(`${name} is of type ${found.dtype}; it should be ${dtype}`);
  if (found.shape.length !== 2 || found.shape[0] !== shape[0] || found.shape[1] !== shape[1])
    throw new FormatError(`${name} has a shape ${inWords(found.shape)}; it should be ${inWords(shape)}`);
  return found.bytes;
}

/** Finite and not negative; NaN where `orNaN`. */
function floats(bytes: Uint8Array<ArrayBuffer>, name: string, orNaN = false): Float32Array {
  const numbers = new Float32Array(bytes.slice().buffer);
  const odd = numbers.findIndex(
    (number) => !(number >= 0 && number < Number.POSITIVE_INFINITY) && !(orNaN && Number.isNaN(number)),
  );
  if (odd >= 0)
    throw new FormatError(`${name} holds ${numbers[odd]} at place ${odd}; it may hold finite numbers from 0`);
  return numbers;
}

function headPlaces(
  value: unknown,
  { kind, layers, headsOfLayer }: { kind: string; layers: number; headsOfLayer: number },
): readonly (readonly [number, number])[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new FormatError(`${kind}: heads are ${shown(value)}, not a list`);
  const seen = new Set<number>();
  return value.map((place: unknown) => {
    const [layer, head] = Array.isArray(place) && place.length === 2 ? place : [undefined, undefined];
    const isIn = (index: unknown, length: number): index is number =>
      Number.isSafeInteger(index) && (index as number) >= 0 && (index as number) < length;
    if (!isIn(layer, layers) || !isIn(head, headsOfLayer))
      throw new FormatError(
        `${kind}: a head is ${shown(place)}, and there are ${layers} layers of ${headsOfLayer} heads`,
      );
    if (seen.has(layer * headsOfLayer + head)) throw new FormatError(`${kind}: head ${shown(place)} is there twice`);
    seen.add(layer * headsOfLayer + head);
    return [layer, head] as const;
  });
}

function parsed(json: unknown): Record<string, unknown> {
  if (typeof json !== "string") throw new FormatError(`${metadataKey} is ${shown(json)}, not a text`);
  try {
    const value: unknown = JSON.parse(json);
    if (value && typeof value === "object") return value as Record<string, unknown>;
  } catch (error) {
    throw new FormatError(`${metadataKey} is not JSON: ${messageOf(error)}`);
  }
  throw new FormatError(`${metadataKey} is ${shown(json)}, not an object`);
}

function count(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= mostLayers) return value as number;
  throw new FormatError(`${what} is ${shown(value)}, not a number from 1 to ${mostLayers}`);
}

function texts(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value)) throw new FormatError(`${what} is ${shown(value)}, not a list`);
  const odd = value.findIndex((each) => typeof each !== "string");
  if (odd >= 0) throw new FormatError(`${what}[${odd}] is ${shown(value[odd])}, not a text`);
  return value;
}

function names(value: unknown, what: string): readonly string[] {
  const found = texts(value, what);
  if (found.length === 0) throw new FormatError(`${what} is empty`);
  return found;
}

function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw new FormatError(`${what} is ${shown(value)}, not a text`);
  return value;
}
