/** Names of tokens for the axes of a set: from the file's labels, of the length of the axis, or of as many sequences as there are. */
import type { DataFile } from "../tensor";
import type { AttentionSet } from "./reading";

export interface AxisTokens {
  readonly queryTokens?: readonly string[];
  readonly keyTokens?: readonly string[];
  /** "6 tokens for 7 positions", where no list fits. */
  readonly problem?: string;
}

interface Lengths {
  readonly queries: number;
  readonly keys: number;
  readonly batches: number;
  /** From 0. */
  readonly batch: number;
}

export function tokensOf(set: AttentionSet, file: DataFile, lengths: Lengths): AxisTokens {
  const { batches, batch } = lengths;
  const labels = { ...idsAsTokens(file), ...file.labels };
  const find = (names: readonly string[], length: number) => {
    const lists = names.flatMap((name) => (labels[name] ? [labels[name]] : []));
    const fitting = lists.find((list) => list.length === length);
    if (fitting) return fitting;
    const ofBatch = lists.find((list) => batches > 1 && list.length === batches * length);
    return ofBatch?.slice(batch * length, (batch + 1) * length);
  };
  const sinkless = set.sink ? lengths.keys - 1 : lengths.keys;
  const others = Object.keys(labels).filter((name) => !isKnown.test(name));
  const queryTokens = find([...set.queryTokens, ...others], lengths.queries);
  const keys = find([...set.keyTokens, ...others], sinkless);
  const keyTokens = keys && set.sink ? [...keys, "sink"] : keys;
  const problem = problemOf(set, labels, lengths, { queryTokens, keyTokens });
  return {
    ...(queryTokens ? { queryTokens } : {}),
    ...(keyTokens ? { keyTokens } : {}),
    ...(problem ? { problem } : {}),
  };
}

/** Labels that name tokens of another axis, or that are no tokens. */
const isKnown = /tokens?$|_text$|name$/i;

function problemOf(
  set: AttentionSet,
  labels: DataFile["labels"],
  { queries, keys }: Lengths,
  found: { queryTokens: readonly string[] | undefined; keyTokens: readonly string[] | undefined },
): string | undefined {
  if (found.queryTokens && found.keyTokens) return undefined;
  const names = found.queryTokens ? set.keyTokens : set.queryTokens;
  const length = found.queryTokens ? keys : queries;
  const isFit = (size: number) => size === length || (!found.queryTokens && size === keys);
  const list = names.map((name) => labels[name]).find((each) => each !== undefined && !isFit(each.length));
  if (!list) return undefined;
  const what = found.queryTokens ? `${length} keys: the keys are` : `${length} positions: the axes are`;
  return `${list.length} ${list.length === 1 ? "token" : "tokens"} for ${what} numbered`;
}

/** input_ids in place of text. */
function idsAsTokens({ tensors }: DataFile): Record<string, readonly string[]> {
  const ids = tensors.find(
    ({ name, shape, data }) =>
      /(^|[._])(input_ids|token_ids)$/.test(name) && shape.length <= 2 && data.length < 100_000,
  );
  return ids ? { tokens: Array.from(ids.data, String) } : {};
}
