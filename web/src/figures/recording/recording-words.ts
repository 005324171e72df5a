/** What <heed-recording> says: names of heads, what is read of a place, where the numbers come from. Pure. */
import { exact, withError } from "../../charts/format";
import { isVisible } from "../../charts/heatmap/raster";
import { nameOf } from "../../figure/maps/head-name";
import { largestFirst, weightsOf } from "../../figure/maps/token-shares";
import type { Reading } from "../../figure/reading";
import type { Bits, RecordedKind } from "../../formats/recording/layout";
import { scoreNames } from "../../formats/recording/layout";
import type { DecodedHead, RecordedHead, RecordedPart, Recording } from "../../formats/recording/read-recording";
import { visibleText } from "../../model/visible-text";

export const kindNames: Readonly<Record<RecordedKind, string>> = {
  encoder: "encoder",
  decoder: "decoder",
  cross: "decoder to encoder",
};

/** "Layer 9, head 8" */
export const nameOfHead = ({ layers, headsOfLayer, heads }: RecordedPart, index: number): string => {
  const { layer, head } = heads[index] as RecordedHead;
  return nameOf({ layers, heads: headsOfLayer }, layer * headsOfLayer + head);
};

const quoted = (name: string | undefined) => `“${visibleText(name ?? "").trim() || "␣"}”`;

export interface ReadPlace {
  readonly query: number;
  readonly key: number | null;
}

/** The stored weight and how far it may be from the recorded one; the entropy, which was stored apart. */
export function readRecorded(part: RecordedPart, head: DecodedHead, bits: Bits, { query, key }: ReadPlace): Reading {
  const from = `${query} ${quoted(part.queryTokens[query])}`;
  const visible = head.visibleKeys[query] ?? 0;
  const error = head.errors[query] ?? 0;
  const spread = `entropy of query ${query}, before the weights were rounded: ${exact(head.entropy[query] ?? 0)} nats over ${visible} visible ${visible === 1 ? "key" : "keys"}`;
  if (key === null) {
    const row = weightsOf(head, query, true);
    const most = largestFirst(row, 3).filter((i) => (row[i] as number) > error);
    const named = most.flatMap((i, at) => [
      `${at > 0 ? ", " : ""}${i} ${quoted(part.keyTokens[i])} `,
      withError(row[i] as number, error),
    ]);
    return {
      sentence: [`Query ${from} gives most of its attention to ${named[0] ?? "no key"}`, ...named.slice(1), "."],
      exact: spread,
    };
  }
  const to = `key ${key} ${quoted(part.keyTokens[key])}`;
  if (!isVisible(head, query, key)) return { sentence: [`Query ${from} does not see ${to}.`], exact: spread };
  const weight = head.weights[query * head.keys + key] ?? 0;
  return {
    sentence: [`Query ${from} gives ${to} a weight of `, withError(weight, error), "."],
    exact: `recorded in ${bits} bits; ${spread}`,
  };
}

/** The scores of a head, as means over the tokens of this text. */
export function scoresInWords({ label, scores }: RecordedHead): string {
  const known = (
    [
      ["previous token", scores.previousToken],
      ["first token", scores.firstToken],
      ["self", scores.self],
      ["duplicate token", scores.duplicateToken],
      ["induction", scores.induction],
      ["within two tokens", scores.local],
    ] as const
  ).filter(([, score]) => !Number.isNaN(score));
  const shares = known.map(([name, score]) => `${name} ${score.toFixed(2)}`).join(", ");
  const rest = [
    ...(Number.isNaN(scores.meanDistance) ? [] : [`mean distance ${scores.meanDistance.toFixed(1)} tokens`]),
    ...(Number.isNaN(scores.entropy) ? [] : [`normalised entropy ${scores.entropy.toFixed(2)}`]),
  ].join("; ");
  return [label && `${visibleText(label)}.`, shares && `Mean shares of attention: ${shares}.`, rest && `${rest}.`]
    .filter(Boolean)
    .map((sentence) => sentence.charAt(0).toUpperCase() + sentence.slice(1))
    .join(" ");
}

/** "GPT-2: 144 heads, 64 tokens, 8 bits. …" */
export function recordingInWords({ title, source, bits, parts }: Recording): string {
  const heads = parts.reduce((sum, part) => sum + part.heads.length, 0);
  const [first] = parts;
  const facts = `${heads} ${heads === 1 ? "head" : "heads"}, ${first.queryTokens.length} ${first.queryTokens.length === 1 ? "token" : "tokens"}, weights in ${bits} bits`;
  return [`${title ? `${visibleText(title)}: ` : ""}${facts}.`, visibleText(source)].filter(Boolean).join(" ");
}

export const scoreTitles: readonly string[] = scoreNames.map((name) =>
  name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`),
);
