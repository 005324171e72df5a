/**
 * What `generate` returns with output_attentions: for each new token a tuple of layers, (batch, heads, queries, keys). The first step
 * has all queries of the prompt, each later one a single query and a key more. One map for each head is made of them.
 */
import { commonShape } from "./families";
import { roleOf, sideOf } from "./names";
import { type AttentionSet, type Axis, type Context, defaultTokens, type Family, type Role } from "./reading";

export function growingSteps(context: Context): readonly AttentionSet[] | undefined {
  const families = context.families.filter(isGrowing);
  if (families.length === 0) return undefined;
  return families.map((family) => {
    const role: Role = roleOf(family.id) === "scores" ? "scores" : "weights";
    const part = { family, listed: "step", axes: axesOf(family) } as const;
    return {
      name: families.length > 1 ? (sideOf(family.id) ?? family.id) : "",
      parts: { [role]: part },
      ...defaultTokens,
    };
  });
}

/** Of each step; those that are one tensor for all layers have layers first. */
function axesOf(family: Family): readonly Axis[] {
  const outer = family.tensors[0]?.shape.slice(0, -3) ?? [];
  const isStacked = layersOf(family) === 1 && (family.numbers[0]?.length ?? 0) < 2;
  const first: Axis = isStacked && (outer[0] ?? 1) > 1 ? "layer" : "batch";
  const names: readonly Axis[] = outer.length > 1 ? ["layer", "batch"] : outer.map(() => first);
  return [...names, "head", "query", "key"];
}

/** Each step sees as many keys as all queries before it and its own; or the same, where another sequence is attended to. */
function isGrowing(family: Family): boolean {
  const { tensors, numbers } = family;
  const [first] = tensors;
  if (tensors.length < 2 || !first || (numbers[0]?.length ?? 0) > 2) return false;
  const rank = first.shape.length;
  if (rank < 3 || rank > 5 || tensors.some(({ shape }) => shape.length !== rank)) return false;
  const outer = first.shape.slice(0, -2).join();
  const layers = layersOf(family);
  const [prompt = 0, known = 0] = first.shape.slice(-2);
  if (tensors.length % layers !== 0 || tensors.length === layers) return false;
  const isCross = commonShape(family) !== undefined;
  // Tensors of one shape are steps only where names number both, and each has one query.
  if (isCross && (prompt !== 1 || (numbers[0]?.length ?? 0) < 2)) return false;
  let seen = known - prompt;
  for (const [i, { shape }] of tensors.entries()) {
    const [queries = 0, keys = 0] = shape.slice(-2);
    if (i % layers === 0) seen = isCross ? known : seen + queries;
    if (keys !== seen || queries !== tensors[i - (i % layers)]?.shape.at(-2)) return false;
    if (shape.slice(0, -2).join() !== outer) return false;
    // Each step's names number the layers of the first.
    const [step, layer] = numbers[i] ?? [];
    if (layer !== undefined && (step !== numbers[i - (i % layers)]?.[0] || layer !== numbers[i % layers]?.[1]))
      return false;
  }
  return true;
}

/** How many tensors each step has: names number steps, then layers; or all tensors in turn. */
export const layersOf = ({ numbers, tensors }: Family): number => {
  if ((numbers[0]?.length ?? 0) > 1) return numbers.filter(([step]) => step === numbers[0]?.[0]).length;
  const other = tensors.findIndex(({ shape }) => shape.join() !== tensors[0]?.shape.join());
  return other < 0 ? 1 : other;
};
