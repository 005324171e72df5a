/**
 * What `generate` returns with output_attentions: for each new token a tuple of layers, (batch, heads, queries, keys). The first step
 * has all queries of the prompt, each later one a single query and a key more. One map for each head is made of them.
 */
import { commonShape } from "./families";
import { roleOf } from "./names";
import { type AttentionSet, type Context, defaultTokens, type Family, type Role } from "./reading";

export function growingSteps(context: Context): readonly AttentionSet[] | undefined {
  const family = context.families.find(isGrowing);
  if (!family) return undefined;
  const role: Role = roleOf(family.id) === "scores" ? "scores" : "weights";
  const axes =
    (family.tensors[0]?.shape.length ?? 0) === 3
      ? (["head", "query", "key"] as const)
      : (["batch", "head", "query", "key"] as const);
  return [{ name: "", parts: { [role]: { family, listed: "step", axes } }, ...defaultTokens }];
}

/** Each step sees as many keys as all queries before it and its own. */
function isGrowing(family: Family): boolean {
  const { tensors, numbers } = family;
  const [first] = tensors;
  if (tensors.length < 2 || !first || commonShape(family)) return false;
  const rank = first.shape.length;
  if (rank < 3 || rank > 4 || tensors.some(({ shape }) => shape.length !== rank)) return false;
  const layers = layersOf(family);
  if (tensors.length % layers !== 0 || (numbers[0]?.length ?? 0) > 2) return false;
  let seen = 0;
  for (let step = 0; step < tensors.length / layers; step++) {
    const [queries = 0, keys = 0] = tensors[step * layers]?.shape.slice(-2) ?? [];
    seen += queries;
    if (keys !== seen) return false;
    const isOneStep = (layer: number) =>
      tensors[step * layers + layer]?.shape.slice(-2).join() === `${queries},${keys}`;
    if (!Array.from({ length: layers }, (_, layer) => layer).every(isOneStep)) return false;
  }
  return true;
}

/** How many tensors each step has: names number steps, then layers. */
export const layersOf = ({ numbers }: Family): number =>
  (numbers[0]?.length ?? 0) < 2 ? 1 : numbers.filter(([step]) => step === numbers[0]?.[0]).length;
