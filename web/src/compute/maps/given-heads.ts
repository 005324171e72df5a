/** Heads whose weights are given, whoever computed them: what each looks at, and how unlike they are. */
import type { HeadMetrics, Lab, Tensor } from "../lab";
import { describeHeads, type HeadSet } from "./head-set";

export interface GivenHeadsRequest {
  /** (1, heads, queries, keys) */
  weights: Tensor;
  /** (1, heads, queries, 1): how many keys each query sees. */
  visibleKeys: Tensor;
  /** What heads are called in what is said of them. */
  names: readonly string[];
  /** Whether queries and keys may be positions of one sequence. */
  mayBeOneSequence: boolean;
  /** The same number for the same token, of every key. */
  tokens?: number[];
}

export interface GivenHeads extends HeadSet {
  /** The position of query 0 among the keys; undefined where the queries are of another sequence, and distances are NaN. */
  offset: number | undefined;
  /** Whether no query gives weight to a later key: then earlier keys are what it sees. */
  isCausal: boolean;
}

/** What heads do without their outputs is not known: `alone` is empty. Throws where weights are no shares of attention. */
export function givenHeads(lab: Lab, request: GivenHeadsRequest): GivenHeads {
  const { weights, visibleKeys, names, mayBeOneSequence, tokens } = request;
  checkShares(weights, names);
  const [, heads, queries, keys] = weights.shape;
  const last = keys - queries;
  const isCausal = mayBeOneSequence && last >= 0 && isZeroAfter(weights, last);
  const offset = mayBeOneSequence && (last === 0 || isCausal) ? last : undefined;
  const seen = isCausal ? seenCausally(visibleKeys, last) : visibleKeys;
  const set = describeHeads(
    lab,
    { weights, visibleKeys: seen, alone: new Float32Array(0), shift: Number.NaN },
    null,
    offset,
  );
  return {
    ...set,
    metrics: offset === undefined ? set.metrics.map(withoutPositions) : set.metrics,
    ...(tokens && offset === 0 && tokens.length === keys && heads > 0
      ? { induction: lab.headScores(weights, tokens, isCausal).map(({ induction }) => induction) }
      : {}),
    offset,
    isCausal,
  };
}

function checkShares({ data, shape: [, , queries, keys] }: Tensor, names: readonly string[]): void {
  const at = data.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (at < 0) return;
  const [head, row] = [Math.floor(at / (queries * keys)), Math.floor(at / keys) % queries];
  throw new Error(
    `head ${names[head]} has ${data[at]} in row ${row}, column ${at % keys}; heads can be compared where every weight is 0 or more`,
  );
}

function isZeroAfter({ data, shape: [, heads, queries, keys] }: Tensor, offset: number): boolean {
  for (let row = 0; row < heads * queries; row++)
    for (let key = (row % queries) + offset + 1; key < keys; key++) if (data[row * keys + key] !== 0) return false;
  return true;
}

function seenCausally({ data, shape }: Tensor, offset: number): Tensor {
  return { shape, data: data.map((seen, row) => Math.min(seen, (row % shape[2]) + offset + 1)) };
}

const withoutPositions = (metrics: HeadMetrics): HeadMetrics => {
  const none = Number.NaN;
  return { ...metrics, previousToken: none, firstToken: none, self: none, meanDistance: none, local: none };
};
