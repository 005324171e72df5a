/** What the figure of cross-attention says of a place in one of its three maps. Pure. */
import { reading } from "../../charts/format";
import type { Reversal } from "../../compute/lab";
import type { Reading } from "../../figure/reading";

export const maps = ["encoder", "decoder", "cross"] as const;
export type MapName = (typeof maps)[number];

/** The tokens of the model: letters, then the two that begin and end a word. */
export const nameOf = (token: number): string =>
  (token < 26 ? String.fromCharCode(97 + token) : ["start", "end"][token - 26]) ?? "?";

/** What comes after each token of the target: the next one, and at last what is likeliest. */
export function writtenAfter(
  { target, probabilities }: Pick<Reversal, "target" | "probabilities">,
  at: number,
): number {
  const next = target[at + 1];
  if (next !== undefined) return next;
  const vocabulary = probabilities.shape[3] ?? 0;
  const row = probabilities.data.subarray(at * vocabulary, (at + 1) * vocabulary);
  return row.indexOf(Math.max(...row));
}

/** The key that gets most of a row. */
export function strongest({ data, shape }: Reversal["cross"], query: number): number {
  const keys = shape[3] ?? 0;
  const row = data.subarray(query * keys, (query + 1) * keys);
  return row.indexOf(Math.max(...row));
}

export function read(result: Reversal, map: MapName, query: number, chosen: number | null): Reading {
  const { source, target } = result;
  const tensor = result[map];
  const key = chosen ?? strongest(tensor, query);
  const share = reading(tensor.data[query * (tensor.shape[3] ?? 0) + key] ?? 0);
  const at = (tokens: readonly number[], place: number) => `“${nameOf(tokens[place] ?? 0)}” (${place})`;
  if (map === "encoder")
    return {
      sentence: [`In the encoder, ${at(source, query)} of the word gives ${at(source, key)} a weight of `, share, "."],
      exact: "",
    };
  const writes = `To write “${nameOf(writtenAfter(result, query))}” after ${at(target, query)}, the decoder gives `;
  if (map === "decoder" && key > query)
    return { sentence: [`When ${at(target, query)} is read, ${at(target, key)} is not written yet.`], exact: "" };
  const read = map === "decoder" ? `its own token ${at(target, key)}` : `${at(source, key)} of the word`;
  return { sentence: [`${writes}${read} a weight of `, share, "."], exact: "" };
}

/** A row of the decoder's maps: the token that is read and the one that is written after it. */
export const rowName = (result: Pick<Reversal, "target" | "probabilities">, at: number): string =>
  `${nameOf(result.target[at] ?? 0)} → ${nameOf(writtenAfter(result, at))}`;
