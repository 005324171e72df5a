/** What the sentence's figure says of a place, and how it says what kind of numbers it shows. Pure. */
import { exact, reading } from "../../charts/format";
import type { TickNames } from "../../charts/heatmap/heatmap";
import { isVisible } from "../../charts/heatmap/raster";
import type { WeightsView } from "../../compute/maps/weights-view";
import type { Reading } from "../../figure/reading";
import type { SentenceState } from "../../figure/trained/sentence-settings";

type View = Pick<SentenceState, "first" | "top" | "colours">;

/** The words under the scale. */
export function viewWords({ first, top, colours }: View): string {
  return [
    colours === "row maximum"
      ? "share of the largest weight in the row"
      : `weight, ${colours === "log" ? "logarithmic" : "linear"}`,
    ...(first === "shown" ? [] : ["without token 0; the other weights scaled to a sum of 1"]),
    ...(top < 100 ? [`only the largest that add up to ${top} %`] : []),
  ].join(" · ");
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
const mostNamed = 3;

function largest(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, key) => key)
    .filter((key) => (values[key] ?? 0) > 0.005)
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0))
    .slice(0, mostNamed);
}

/** "Query 12 “she” gives 62 % of its weight to 3 “Clara” …" */
export function readWord(
  tokens: readonly string[],
  { map, countedKeys }: Pick<WeightsView, "map" | "countedKeys">,
  { query, key }: { readonly query: number; readonly key: number | null },
  names: TickNames,
): Reading {
  const name = (index: number) => `${names.query(index)} “${tokens[index] ?? ""}”`;
  const { keys, weights, entropy, largestEntropy } = map;
  const row = weights.subarray(query * keys, (query + 1) * keys);
  const spread = `entropy of query ${query}: ${exact(entropy[query] ?? 0)} nats of at most ln ${countedKeys[query] ?? 0} = ${(largestEntropy[query] ?? 0).toFixed(3)}`;
  if (key !== null && !isVisible(map, query, key)) {
    const why = key > query ? ": it comes later." : ": it is hidden.";
    return { sentence: ["Query ", name(query), " does not see ", name(key), why], exact: spread };
  }
  if (key !== null)
    return {
      sentence: ["Query ", name(query), " gives ", percent(row[key] ?? 0), " of its weight to ", name(key), "."],
      exact: `weight ${exact(row[key] ?? 0)} · ${spread}`,
    };
  const most = largest(row);
  if (most.length === 0) return { sentence: ["Query ", name(query), " sees no token."], exact: spread };
  const parts = most.flatMap((at, i) => [
    i === 0 ? " gives " : ", ",
    percent(row[at] ?? 0),
    i === 0 ? " of its weight to " : " to ",
    name(at),
  ]);
  return { sentence: ["Query ", name(query), ...parts, "."], exact: spread };
}

/** Several queries together: the mean of what they give. */
export function readTogether(tokens: readonly string[], queries: readonly number[], sums: Float32Array): Reading {
  const named = queries.map((query) => `“${tokens[query] ?? ""}”`).join(" and ");
  const most = largest(sums);
  const parts = most.flatMap((at, i) => [
    i === 0 ? " give the largest weight to " : ", then ",
    `${at} “${tokens[at] ?? ""}”`,
  ]);
  return {
    sentence: ["The queries ", named, " together", ...parts, "."],
    exact: most.map((at) => `${tokens[at]}: ${reading(sums[at] ?? 0)} of ${queries.length}`).join(" · "),
  };
}
