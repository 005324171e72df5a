/** What is said of each head, a line each under its map. */
import type { HeadSet } from "../../compute/client";

export interface HeadMetric {
  readonly name: string;
  /** In full, for the tip and for the tables. */
  readonly meaning: string;
  readonly value: (set: HeadSet, head: number) => number | undefined;
  readonly format: (value: number) => string;
  /** What fills the bar. */
  readonly most: (set: HeadSet) => number;
}

/** "33 %", "5.4 %" */
export const rounded = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;

const share = { format: (value: number) => value.toFixed(2), most: () => 1 };

/** A head is local if at least half of its weight goes to tokens at most two away, and global otherwise. */
export const reachOf = (localShare: number) => (localShare >= 0.5 ? "local" : "global");

export const headMetrics: readonly HeadMetric[] = [
  {
    name: "reach",
    meaning: "weight for tokens at most two away: local from a half on, global below",
    value: ({ metrics }, head) => metrics[head]?.local,
    format: reachOf,
    most: () => 1,
  },
  {
    name: "distance",
    meaning: "mean distance to the keys, by weight, in tokens",
    value: ({ metrics }, head) => metrics[head]?.meanDistance,
    format: (value) => value.toFixed(1),
    most: ({ weights }) => weights.shape[3] / 2,
  },
  { name: "self", meaning: "weight for the token itself", value: ({ metrics }, head) => metrics[head]?.self, ...share },
  {
    name: "previous",
    meaning: "weight for the previous token",
    value: ({ metrics }, head) => metrics[head]?.previousToken,
    ...share,
  },
  {
    name: "first",
    meaning: "weight for the first token",
    value: ({ metrics }, head) => metrics[head]?.firstToken,
    ...share,
  },
  {
    name: "followed",
    meaning:
      "weight for the token that followed an earlier copy of the current one; known where tokens are named and repeat",
    value: ({ induction }, head) => induction?.[head],
    ...share,
  },
  {
    name: "entropy",
    meaning: "entropy as a share of its maximum",
    value: ({ metrics }, head) => metrics[head]?.entropy,
    ...share,
  },
  {
    name: "without it",
    meaning: "change of the output without this head, as a share of its length; not known from weights alone",
    value: ({ alone }, head) => alone[head],
    format: rounded,
    most: () => 1,
  },
];
