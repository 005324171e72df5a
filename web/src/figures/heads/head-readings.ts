/** Sentences about heads: what one looks at, how unlike two are, where they differ, what both sides come to. */
import { exact, reading, signed } from "../../charts/format";
import { isVisible } from "../../charts/heatmap/raster";
import { type HeadSet, weightsOf } from "../../compute/maps/head-set";
import type { Cell } from "../../figure/maps/focus";
import type { Reading } from "../../figure/reading";
import { percent } from "../../figure/trained/head-labels";
import { reachOf, rounded } from "./head-metrics";
import { mapOfHead, type ShownHeads } from "./shown-heads";

export function readHead({ set, names, off, result }: ShownHeads, head: number): Reading {
  const metrics = set.metrics[head];
  if (!metrics) return { sentence: [""], exact: "" };
  const { meanDistance, self, previousToken, firstToken, entropy } = metrics;
  const share = `entropy ${exact(Math.fround(entropy))} of its maximum`;
  if (Number.isNaN(meanDistance))
    return {
      sentence: [
        `Head ${names[head]} has an entropy of `,
        rounded(entropy),
        " of the maximum. Its queries are not positions among the keys, so that there are no distances between them.",
      ],
      exact: share,
    };
  const induction = set.induction?.[head];
  const followed = induction === undefined ? "" : `, ${rounded(induction)} for the token that followed an earlier copy`;
  return {
    sentence: [
      `Head ${names[head]} attends `,
      `${meanDistance.toFixed(1)} tokens`,
      ` back on average. Its weight: ${rounded(self)} for the token itself, ${rounded(previousToken)} for the previous one, ${rounded(firstToken)} for the first${followed}.`,
      ...(result
        ? [
            ` Without this head the ${result} ${result === "output" ? "changes" : "change"} by `,
            percent(set.alone[head] ?? 0),
            off.includes(head) ? "; it is off." : ".",
          ]
        : []),
    ],
    exact: `mean distance ${exact(Math.fround(meanDistance))} · self ${exact(Math.fround(self))} · previous ${exact(Math.fround(previousToken))} · first ${exact(Math.fround(firstToken))} · ${share}`,
  };
}

export function readPair({ set, names }: ShownHeads, a: number, b: number): Reading {
  const apart = set.divergence.data[a * names.length + b] ?? 0;
  if (a === b) return { sentence: [`Head ${names[a]} and itself: a divergence of `, "0", ", the minimum."], exact: "" };
  return {
    sentence: [
      `Head ${names[a]} and head ${names[b]} have a divergence of `,
      `${reading(apart)} nats`,
      `, ${rounded(apart / Math.LN2)} of the maximum, ln 2. Click to see the difference of their weights.`,
    ],
    exact: `Jensen–Shannon divergence ${exact(apart)}, mean over the queries`,
  };
}

/** "Head 1.2: local, mean distance 3.8 tokens". */
export function labelOf({ set, names }: ShownHeads, head: number): string {
  const { local = 0, meanDistance = Number.NaN } = set.metrics[head] ?? {};
  const reach = `: ${reachOf(local)}, mean distance ${meanDistance.toFixed(1)} tokens`;
  return `Head ${names[head]}${Number.isNaN(meanDistance) ? "" : reach}`;
}

const named = (list: readonly string[] | null | undefined, token: number) =>
  list ? `${token} “${list[token] ?? ""}”` : String(token);

const weightAt = ({ weights }: HeadSet, head: number, { query, key }: Cell) =>
  reading(weightsOf(weights, head).data[query * weights.shape[3] + key] ?? 0);

/** One weight of a head: "query 12 “ae”, key 11 “x”: 0.998". */
export const readWeight = ({ set, words, keyWords = words }: ShownHeads, head: number, cell: Cell): string =>
  `query ${named(words, cell.query)}, key ${named(keyWords, cell.key)}: ${weightAt(set, head, cell)}`;

/** A cell of the difference between the two heads that are compared. */
export function readDifference({ set, names, words, keyWords = words }: ShownHeads, cell: Cell): Reading {
  const [a, b] = set.pair;
  const { query, key } = cell;
  const [nameOfQuery, nameOfKey] = [named(words, query), named(keyWords, key)];
  if (!set.pair.some((head) => isVisible(mapOfHead(set, head), query, key))) {
    const why = set.visible?.[a] ? "the mask hides" : "comes later";
    return { sentence: [`Query ${nameOfQuery} does not see key ${nameOfKey}, which ${why}.`], exact: "" };
  }
  const difference = set.difference.data[query * set.weights.shape[3] + key] ?? 0;
  return {
    sentence: [
      `Query ${nameOfQuery} gives key ${nameOfKey} `,
      weightAt(set, a, cell),
      ` in head ${names[a]} and `,
      weightAt(set, b, cell),
      ` in head ${names[b]}: a difference of `,
      signed(difference, 3),
      ".",
    ],
    exact: `difference ${exact(difference)}`,
  };
}

const scaleOfDivergence = `. 0 means equal weights, ln 2 = ${reading(Math.LN2)} that no key has weight in both.`;

/** Nothing pointed at. */
export function compareSides(random: HeadSet, trained: HeadSet): Reading {
  const apart = ({ merges }: HeadSet) => `${reading(merges.at(-1)?.distance ?? 0)} nats`;
  const about = "Jensen–Shannon divergence, mean over the queries and the pairs of heads";
  if (random.merges.length === 0)
    return {
      sentence: [
        "With one random head there is no divergence to measure. The two most different groups of trained heads have a divergence of ",
        apart(trained),
        scaleOfDivergence,
      ],
      exact: about,
    };
  return {
    sentence: [
      "The two most different groups of random heads have a divergence of ",
      apart(random),
      ", those of trained heads ",
      apart(trained),
      scaleOfDivergence,
    ],
    exact: about,
  };
}

/** Nothing pointed at in heads of one's own. */
export function readGroups({ merges }: HeadSet): Reading {
  const last = merges.at(-1);
  return {
    sentence: last
      ? [
          "The two most different groups of heads have a divergence of ",
          `${reading(last.distance)} nats`,
          scaleOfDivergence,
        ]
      : ["With one head there is no divergence to measure."],
    exact: "Jensen–Shannon divergence, mean over the queries and the pairs of heads",
  };
}

/** What moves without the heads that are off. */
export function readShift({ set, names, off, result }: ShownHeads): string {
  if (!result)
    return "What changes without a head is not known from weights: that needs values and outputs. Click a map to compare its head.";
  const missing = off.filter((head) => head < names.length).map((head) => names[head]);
  const [changes, all] = result === "output" ? ["changes", "is 0"] : ["change", "are those of a model without heads"];
  if (missing.length === 0) return "All are on. Click a map to switch its head off.";
  if (missing.length === names.length)
    return `Without any head the ${result} ${all}: ${result === "output" ? "it changes" : "they change"} by ${percent(set.shift)}.`;
  return `Without ${missing.length > 4 ? `${missing.length} heads` : missing.join(", ")} the ${result} ${changes} by ${percent(set.shift)}.`;
}
