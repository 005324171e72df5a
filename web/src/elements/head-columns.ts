/** What is said of each head: the columns of the table of heads. */
import type { HeadSet } from "../engine/client";

export interface HeadColumn {
  readonly name: string;
  /** In full, for the tip and for screen readers. */
  readonly meaning: string;
  readonly value: (set: HeadSet, head: number) => number | undefined;
  readonly digits: number;
  /** What fills the bar; the number of tokens where it is not given. */
  readonly most?: number;
}

export const headColumns: readonly HeadColumn[] = [
  {
    name: "distance",
    meaning: "mean distance to what it looks at, in tokens",
    value: ({ metrics }, head) => metrics[head]?.meanDistance,
    digits: 1,
  },
  {
    name: "self",
    meaning: "share of attention that a token gives itself",
    value: ({ metrics }, head) => metrics[head]?.self,
    digits: 2,
    most: 1,
  },
  {
    name: "previous",
    meaning: "share that goes to the token before",
    value: ({ metrics }, head) => metrics[head]?.previousToken,
    digits: 2,
    most: 1,
  },
  {
    name: "first",
    meaning: "share that goes to the first token",
    value: ({ metrics }, head) => metrics[head]?.firstToken,
    digits: 2,
    most: 1,
  },
  {
    name: "followed",
    meaning: "share that goes to what followed the same token before; only trained heads read tokens that repeat",
    value: ({ induction }, head) => induction?.[head],
    digits: 2,
    most: 1,
  },
  {
    name: "entropy",
    meaning: "entropy as a share of the most possible",
    value: ({ metrics }, head) => metrics[head]?.entropy,
    digits: 2,
    most: 1,
  },
  {
    name: "moves",
    meaning: "how far the output moves without it, as a share of its length",
    value: ({ alone }, head) => alone[head],
    digits: 2,
    most: 1,
  },
];
