/** What is added to scores, or hides keys: a bias, and a mask of zeros and ones or of zeros and very low numbers. */
import { floatsOf } from "../../formats/element-types";
import type { AttentionSet, Part } from "../../formats/layouts/reading";
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

export function extraScores({ bias, mask }: AttentionSet["parts"], lengths: Lengths): ExtraScores {
  const added = bias && tensorOf(bias, lengths);
  const hiding = mask && tensorOf(mask, lengths);
  if (!hiding) return added ? { bias: added } : {};
  const isBoolean = hiding.data.every((value) => value === 0 || value === 1);
  if (isBoolean)
    return { ...(added ? { bias: added } : {}), mask: { data: Uint8Array.from(hiding.data), shape: hiding.shape } };
  if (added) throw new FormatError("both a bias and a mask of numbers are chosen; one of them can be added");
  return { bias: hiding };
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
