/** The numbers of the figure of many heads, named, for its tables and for taking away. */
import type { FigureData } from "../../model/figure-data";
import { headMetrics } from "./head-metrics";
import type { CostRow } from "./heads-cost";
import type { ShownHeads } from "./shown-heads";

export function dataOfSide(
  side: string,
  { set, names, off, words, keyWords = words, result }: ShownHeads,
): FigureData[] {
  const [, heads, queries, keys] = set.weights.shape;
  const head = { name: "head", size: heads, labels: names };
  const labelled = (list: readonly string[] | null) => list?.map((word, i) => `${i} ${word}`);
  const [queryLabels, keyLabels] = [labelled(words), labelled(keyWords)];
  const axis = (name: "query" | "key", size: number) => {
    const labels = name === "query" ? queryLabels : keyLabels;
    return { name, size, ...(labels ? { labels } : {}) };
  };
  const [a, b] = set.pair;
  const missing = off.filter((each) => each < heads).map((each) => names[each]);
  return [
    {
      name: `${side} heads`,
      values: names.flatMap((_, i) => headMetrics.map(({ value }) => value(set, i) ?? Number.NaN)),
      axes: [head, { name: "", size: headMetrics.length, labels: headMetrics.map(({ name }) => name) }],
    },
    {
      name: `divergence of ${side} heads in nats`,
      values: set.divergence.data,
      axes: [head, { ...head, name: "and head" }],
    },
    {
      name: `${side} head ${names[a]} − head ${names[b]}`,
      values: set.difference.data,
      axes: [axis("query", queries), axis("key", keys)],
    },
    ...(result
      ? [
          {
            name: `change of the ${result} of ${side} heads, as a share of its length`,
            values: [set.shift],
            axes: [{ name: "without", size: 1, labels: [missing.join(", ") || "none"] }],
          },
        ]
      : []),
    {
      name: `weights of ${side} heads`,
      values: set.weights.data,
      axes: [head, axis("query", queries), axis("key", keys)],
      isLong: true,
    },
  ];
}

export const dataOfCosts = (rows: readonly CostRow[]): FigureData => ({
  name: "cost",
  values: rows.flatMap(({ width, cost }) => [width, cost.parameters, cost.multiplyAdds, cost.exponentials]),
  axes: [
    { name: "heads", size: rows.length, labels: rows.map(({ heads }) => String(heads)) },
    { name: "", size: 4, labels: ["width of each", "parameters", "multiply-adds", "exponentials"] },
  ],
});
