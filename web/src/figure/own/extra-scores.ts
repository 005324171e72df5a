/** What is added to scores, or hides keys: a bias, and a mask of zeros and ones or of zeros and very low numbers. */
import { floatsOf } from "../../formats/element-types";
import type { AttentionSet, Part } from "../../formats/layouts/reading";
import { checkSize } from "../../formats/map-size";
import { FormatError, inWords } from "../../formats/tensor";

export interface ExtraScores {
  readonly bias?: { readonly data: Float32Array; readonly shape: readonly number[] };
  readonly mask?: { readonly data: Uint8Array; readonly shape: readonly number[] };
}

interface Lengths {
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly batches: number;
  /** From 0. */
  readonly batch: number;
}

/** With what was guessed of the mask, clauses for the reader. */
export function extraScores({ bias, mask }: AttentionSet["parts"], lengths: Lengths): [ExtraScores, string[]] {
  const added = bias && tensorOf(bias, lengths);
  const hiding = mask && tensorOf(mask, lengths);
  if (!mask || !hiding) return [added ? { bias: added } : {}, []];
  const isBoolean = hiding.data.every((value) => value === 0 || value === 1);
  if (!isBoolean) return [{ bias: added ? sumOf(added, hiding) : hiding }, []];
  const { id } = mask.family;
  const hides = /key_?padding_?mask$/i.test(id) || hidesItself(hiding);
  const data = Uint8Array.from(hiding.data, (value) => Number(value !== 0) ^ Number(hides));
  const note = `${id} is read as ${hides ? "true (1) where a key is hidden" : "true (1) where a key may be seen"}`;
  return [{ ...(added ? { bias: added } : {}), mask: { data, shape: hiding.shape } }, [note]];
}

type Scores = NonNullable<ExtraScores["bias"]>;

/** Whether every query is false for its own key and none is for all: masks of torch.nn are true where a key is hidden. */
function hidesItself({ data, shape }: Scores): boolean {
  const [queries = 1, keys = 1] = shape.slice(-2);
  if (queries !== keys || queries < 2) return false;
  return (
    data.some((value) => value !== 0) &&
    data.every((value, i) => value === 0 || Math.floor(i / keys) % queries !== i % keys)
  );
}

/** Both added; finfo.min twice is −∞ as float32, which hides a key. */
function sumOf(a: Scores, b: Scores): Scores {
  const shape = a.shape.map((length, axis) => Math.max(length, b.shape[axis] ?? 1));
  const [, heads = 1, queries = 1, keys = 1] = shape;
  checkSize(heads, queries, keys);
  const data = new Float32Array(heads * queries * keys);
  const [ofA, ofB] = [stridesOf(a), stridesOf(b)];
  let i = 0;
  for (let head = 0; head < heads; head++)
    for (let query = 0; query < queries; query++) {
      const rowOfA = head * ofA.head + query * ofA.query;
      const rowOfB = head * ofB.head + query * ofB.query;
      for (let key = 0; key < keys; key++)
        data[i++] = (a.data[rowOfA + key * ofA.key] as number) + (b.data[rowOfB + key * ofB.key] as number);
    }
  return { data, shape };
}

/** How far apart heads, queries and keys lie; 0 where there is one for all. */
function stridesOf({ shape: [, heads = 1, queries = 1, keys = 1] }: Scores) {
  return { head: heads === 1 ? 0 : queries * keys, query: queries === 1 ? 0 : keys, key: keys === 1 ? 0 : 1 };
}

/** A mask (batch, keys) hides keys from every query; other shapes are broadcast as NumPy does. Of a batch, the sequence's own. */
function tensorOf(part: Part, { heads, queries, keys, batches, batch }: Lengths) {
  const [tensor] = part.family.tensors;
  if (!tensor) throw new FormatError("the mask has no tensor");
  const { name, shape } = tensor;
  const data = floatsOf(tensor);
  const isOfKeys = shape.length === 2 && shape[1] === keys && shape[0] === batches && shape[0] !== queries;
  const full = isOfKeys ? [batches, 1, 1, keys] : [1, 1, 1, 1, ...shape].slice(-4);
  const [first = 1, ...rest] = full;
  const size = rest.reduce((product, length) => product * length, 1);
  const isOfBatch = first > 1 && first === batches;
  const [, h = 1, q = 1, k = 1] = full;
  const fits = (length: number, whole: number) => length === 1 || length === whole;
  if ((first > 1 && !isOfBatch) || !fits(h, heads) || !fits(q, queries) || !fits(k, keys))
    throw new FormatError(
      `${name} has a shape ${inWords(shape)}, which does not fit scores of ${inWords([batches, heads, queries, keys])}`,
    );
  const from = isOfBatch ? batch * size : 0;
  return { data: data.slice(from, from + size), shape: [1, h, q, k] };
}
