/** Sentences about heads: what one looks at, how unlike two are, where they differ. */
import { exact, reading, signed } from "../charts/format";
import { weightsOf } from "../engine/client";
import type { Cell } from "./focus";
import type { Reading } from "./reading";
import { inSentence, type ShownHeads } from "./shown-heads";

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

export function readHead({ set, names, off }: ShownHeads, head: number): Reading {
  const metrics = set.metrics[head];
  if (!metrics) return { sentence: [""], exact: "" };
  const { meanDistance, self, previousToken, firstToken, entropy } = metrics;
  const moves = set.alone[head] ?? 0;
  const induction = set.induction?.[head];
  return {
    sentence: [
      `${names[head]} looks `,
      `${meanDistance.toFixed(1)} tokens`,
      ` back on average. It gives ${percent(self)} to the token itself, ${percent(previousToken)} to the one before, ${percent(firstToken)} to the first${
        induction === undefined ? "" : ` and ${percent(induction)} to what followed the same token earlier`
      }, and is as spread out as ${percent(entropy)} of what is possible. Without it the output moves by `,
      reading(moves),
      off.includes(head) ? " of its length; it is off." : " of its length.",
    ],
    exact: `mean distance ${exact(Math.fround(meanDistance))} · self ${exact(Math.fround(self))} · previous ${exact(Math.fround(previousToken))} · first ${exact(Math.fround(firstToken))} · entropy ${exact(Math.fround(entropy))}`,
  };
}

export function readPair({ set, names }: ShownHeads, a: number, b: number): Reading {
  const apart = set.divergence.data[a * names.length + b] ?? 0;
  if (a === b) return { sentence: [`${names[a]} is like itself: the divergence is `, "0", "."], exact: "" };
  return {
    sentence: [
      `${names[a]} and ${inSentence(names[b] ?? "")} are `,
      `${reading(apart)} nats`,
      ` apart, ${percent(apart / Math.LN2)} of ln 2, which is having nothing in common.`,
    ],
    exact: `Jensen–Shannon divergence ${exact(apart)}, a mean over the queries`,
  };
}

/** A cell of the difference between the two heads that were chosen. */
export function readDifference({ set, names }: ShownHeads, { query, key }: Cell): Reading {
  const [a, b] = set.pair;
  const [, , , keys] = set.weights.shape;
  const at = (head: number) => weightsOf(set.weights, head).data[query * keys + key] ?? 0;
  if (key >= (set.visibleKeys.data[query] ?? 0))
    return { sentence: [`Query ${query} may not look at key ${key}, in any head.`], exact: "" };
  const difference = set.difference.data[query * keys + key] ?? 0;
  return {
    sentence: [
      `Query ${query} gives key ${key} a weight of ${reading(at(a))} in ${inSentence(names[a] ?? "")} and of ${reading(at(b))} in ${inSentence(names[b] ?? "")}: a difference of `,
      signed(difference, 3),
      ".",
    ],
    exact: `difference ${exact(difference)}`,
  };
}
