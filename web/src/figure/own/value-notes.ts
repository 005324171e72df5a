/** What the numbers of a map say of themselves, in sentences with the row: sums, negative numbers, NaN. The core has added them up. */
import { exact } from "../../charts/format";
import { sumTolerance } from "../../formats/layouts/rounding";

export interface RowValues {
  /** Per query. */
  readonly sums: Float32Array;
  readonly minWeight: number;
}

interface Values {
  readonly keys: number;
  readonly dtype: string;
}

/** Of one map. `isOwn`: the numbers are the file's own, and not weights that the core has computed. */
export function valueNotes({ sums, minWeight }: RowValues, { keys, dtype }: Values): string {
  const tolerance = sumTolerance(dtype, keys);
  const noNumber = sums.findIndex(Number.isNaN);
  if (noNumber >= 0) {
    const count = sums.filter(Number.isNaN).length;
    return `Query ${noNumber} holds NaN${count > 1 ? `, and so do ${count - 1} more` : ""}: what depends on such a row is NaN too.`;
  }
  const worst = farthest(sums);
  const off = sums[worst] ?? 1;
  if (minWeight < 0)
    return `Not every row has the sum 1: the sum of query ${worst} is ${exact(off)}. There are negative numbers, the lowest ${exact(minWeight)}: are these scores before softmax? “numbers are put through softmax” below the figure takes it.`;
  if (Math.abs(off - 1) <= tolerance)
    return tolerance > 1e-3 && Math.abs(off - 1) > 1e-3
      ? `The sum of every row is 1, as far as ${dtype} rounds: the sum of query ${worst} is ${exact(off)}.`
      : "The sum of every row is 1.";
  const unit = sameSum(sums, tolerance);
  if (unit)
    return `The sum of every row is about ${exact(unit)}, not 1${unit === 100 ? ": are these per cent?" : "."} “scale of the numbers” ${Number((1 / unit).toPrecision(4))} below the figure makes weights of them.`;
  return `Not every row has the sum 1: the sum of query ${worst} is ${exact(off)}. ${reasonOf(sums, tolerance)} The entropy is that of each weight’s share of its row.`;
}

/** Of weights in per cent, or as bytes, which are rounded to whole numbers. */
const roundedSums = [100, 255, 127];
const rounding = 0.03;

/** What every row adds up to, where it is the same for all, and is not 1. */
function sameSum(sums: Float32Array, tolerance: number): number | undefined {
  const areAbout = (sum: number, error: number) => sums.every((each) => Math.abs(each / sum - 1) <= error);
  const [first = 0] = sums;
  if (sums.length < 2 || !Number.isFinite(first) || first <= 0) return undefined;
  return roundedSums.find((sum) => areAbout(sum, rounding)) ?? (areAbout(first, tolerance) ? first : undefined);
}

function reasonOf(sums: Float32Array, tolerance: number): string {
  const isAbove = sums.some((sum) => sum > 1 + tolerance);
  const empty = sums.indexOf(0);
  const isBelow = sums.some((sum) => sum > 0 && sum < 1 - tolerance);
  if (isAbove)
    return `Above 1: was dropout left on when they were saved?${empty >= 0 ? ` Query ${empty} has no weight left.` : ""}`;
  if (isBelow) return "Below 1: a sink that takes the rest, or keys that were cut off?";
  return `Query ${empty} gives no weight to any key.`;
}

function farthest(sums: Float32Array): number {
  let worst = 0;
  for (let i = 1; i < sums.length; i++)
    if (Math.abs((sums[i] as number) - 1) > Math.abs((sums[worst] as number) - 1)) worst = i;
  return worst;
}

/** Which of all maps are not what weights are, "Layer 2, head 3"; the first of them, and how many. */
export function oddMaps(maps: readonly (RowValues | undefined)[], values: Values): number[] {
  const tolerance = sumTolerance(values.dtype, values.keys);
  return maps.flatMap((map, i) => {
    if (!map) return [];
    const isRight = map.minWeight >= 0 && map.sums.every((sum) => Math.abs(sum - 1) <= tolerance);
    return isRight ? [] : [i];
  });
}
