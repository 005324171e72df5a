/** Heed's own heads: random ones, those of a trained model, and what many heads cost. */
import { type AttentionCost, engine, type HeadSet } from "../../compute/client";
import type { KeyedResults } from "../../figure/keyed-results";
import { samples } from "../../figure/trained/sentence-settings";
import type { TrainedModel } from "../../figure/trained/trained-model";
import type { Cell } from "../../model/cell-setting";
import { sentenceWords } from "../../model/sentence-words";
import type { CostRow } from "./heads-cost";
import type { HeadsState } from "./heads-state";

interface TrainedSide {
  readonly set: HeadSet;
  readonly layers: number;
  readonly headsPerLayer: number;
  readonly words: readonly string[];
  readonly steps: number;
}

export interface BothHeads {
  readonly random: HeadSet;
  readonly trained: TrainedSide;
  readonly costs: readonly CostRow[];
}

/** What the random heads read, and the layer whose cost is counted; as long as the sequences of induction. */
export const tokens = 32;
export const dModel = 64;
/** Of which the costs are compared. */
const headCounts = [1, 2, 4, 8, 16];

export async function bothHeads(
  state: HeadsState,
  parts: KeyedResults,
  model: TrainedModel,
  signal: AbortSignal,
): Promise<BothHeads> {
  const { seed } = state;
  const request = {
    tokens,
    heads: state.heads,
    seed,
    off: state["random-off"],
    pair: pairOf(state["random-pair"]),
  };
  const works = headCounts.map((count) => ({ queries: tokens, dModel, heads: count, causal: true }));
  const [random, trained, costs] = await Promise.all([
    parts.get("random", request, () => engine.lab("randomHeads", request, signal)),
    trainedSide(state, parts, model, signal),
    parts.get("costs", works, () => engine.lab("attentionCosts", works)),
  ]);
  return { random, trained, costs: works.map(({ heads }, i) => rowOf(heads, costs[i])) };
}

async function trainedSide(
  state: HeadsState,
  parts: KeyedResults,
  model: TrainedModel,
  signal: AbortSignal,
): Promise<TrainedSide> {
  const { trained } = state;
  const session = await model.session(trained);
  const { vocabulary, layers, heads: headsPerLayer, step: steps, options } = session.info;
  // The story is always the same.
  const question = { trained, ...(trained === "induction" ? { seed: state.seed } : {}) };
  const read = await parts.get("sequence", question, async () =>
    trained === "stories"
      ? sentenceWords(samples.stories, vocabulary, options.length).map(({ token }) => token)
      : ((await session.examples(state.seed, 1))[0]?.tokens ?? []),
  );
  const request = { tokens: read, pair: pairOf(state["trained-pair"]) };
  const [set, shift] = await Promise.all([
    parts.get("trained", { ...question, ...request }, () => session.heads(request)),
    state["trained-off"].length > 0 ? session.shift({ tokens: read, off: state["trained-off"] }, signal) : 0,
  ]);
  const words = read.map((token) => vocabulary[token] ?? String(token));
  return { set: { ...set, shift }, layers, headsPerLayer, steps, words };
}

export const pairOf = (cell: Cell | null) => cell && ([cell.query, cell.key] as const);

function rowOf(heads: number, cost: AttentionCost | undefined): CostRow {
  if (!cost) throw new Error(`the cost of ${heads} heads was asked for`);
  return { heads, width: dModel / heads, cost };
}
