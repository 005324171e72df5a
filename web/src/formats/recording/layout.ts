/**
 * A recording of attention: the weights of chosen heads on one text, as whole numbers of 8 or 16 bits. The file is a safetensors file.
 * Its metadata hold `heed_recording`, a JSON text:
 *
 *   { "version": 1, "bits": 8 | 16, "title": "…", "source": "where the numbers come from, a sentence",
 *     "parts": [{ "kind": "encoder" | "decoder" | "cross", "causal": true | false, "layers": 12, "headsOfLayer": 12,
 *                 "queryTokens": ["…"], "keyTokens": ["…"], "heads": [[layer, head], …], "labels": ["induction", …] }] }
 *
 * `keyTokens` is left out where it is `queryTokens`. Layers and heads count from 0. Of each part there are the tensors
 *
 *   KIND.weights  U8 or U16, (heads, cells)    whole numbers n
 *   KIND.steps    F32, (heads, queries)        the step s of each row: a weight is n · s, at most s / 2 from the recorded one
 *   KIND.entropy  F32, (heads, queries)        of the weights before they were rounded, in nats
 *   KIND.scores   F32, (heads, 8)              in the order of `scoreNames`; NaN where a score is not known
 *   KIND.visible  U8, (heads, ⌈cells / 8⌉)     optional: bit i mod 8 of byte ⌊i / 8⌋ says whether cell i may be attended to
 *
 * The cells of a head are its rows one after the other. Query i of a causal part has i + 1 + keys − queries cells, as the last
 * query sees the last key; of any other part it has `keys` cells. What has no cell is hidden.
 */
import { elementCount, FormatError } from "../tensor";

export const metadataKey = "heed_recording";

/** Whether the metadata of a safetensors file say that it is a recording. */
export const isRecording = (metadata: unknown): metadata is { [metadataKey]: unknown } =>
  typeof metadata === "object" && metadata !== null && Object.hasOwn(metadata, metadataKey);

export const kinds = ["encoder", "decoder", "cross"] as const;
/** Which attention it is: of an encoder, of a decoder to itself, of a decoder to an encoder. */
export type RecordedKind = (typeof kinds)[number];

export const scoreNames = [
  "previousToken",
  "firstToken",
  "self",
  "duplicateToken",
  "induction",
  "local",
  "meanDistance",
  "entropy",
] as const;
export type Scores = Readonly<Record<(typeof scoreNames)[number], number>>;

export type Bits = 8 | 16;

export const largestInteger = (bits: Bits): number => 2 ** bits - 1;

/** More than a step's half by what float32 rounds a product of 16 bits and a step: 2⁻²⁴ · 2¹⁶ steps. */
export const errorOfStep = (step: number): number => step * (0.5 + 2 ** -8);

export interface CellLayout {
  readonly causal: boolean;
  readonly queries: number;
  readonly keys: number;
}

/** Cells of a row. */
export const cellsOfRow = ({ causal, queries, keys }: CellLayout, query: number): number =>
  causal ? query + 1 + keys - queries : keys;

/** Cells of a head. Throws FormatError where there can be no such head. */
export function cellsOfHead({ causal, queries, keys }: CellLayout): number {
  const all = elementCount("a head", [queries, keys]);
  if (!causal) return all;
  if (queries > keys)
    throw new FormatError(`causal attention of ${queries} queries to ${keys} keys: the first ones would see none`);
  return all - (queries * (queries - 1)) / 2;
}

/** Throws FormatError where there is no such kind. */
export function kindOf(kind: unknown): RecordedKind {
  const found = kinds.find((each) => each === kind);
  if (!found) throw new FormatError(`a part is of kind ${JSON.stringify(kind)}; there are ${kinds.join(", ")}`);
  return found;
}
