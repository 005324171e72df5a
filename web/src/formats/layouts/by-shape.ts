/** Tensors whose names say nothing: numbered squares are layers; two or three of one width are Q, K and V in their order. */
import { alone, commonShape } from "./families";
import { hasNegatives, looksLikeWeights } from "./looks";
import { isSquare, setOf } from "./parts";
import type { AttentionSet, Context, Family } from "./reading";

/** Families of maps of one shape, in the order of their numbers; of several files each is a set. */
export function numberedLayers(context: Context): readonly AttentionSet[] | undefined {
  const { families, tokens } = context;
  const squares = families
    .filter((family) => family.tensors.length > 1 && isSquare(family, tokens))
    .sort((a, b) => b.tensors.length - a.tensors.length);
  if (squares.length > 0)
    return squares.map((family) => setOf({ weights: family }, context, squares.length > 1 ? family.id : ""));
  const named = families.find((family) => family.tensors.length > 1 && (commonShape(family)?.length ?? 0) >= 2);
  return named?.tensors.every(looksLikeWeights) ? [setOf({ weights: named }, context)] : undefined;
}

/** Maps under names of their own, of which one is shown at a time. */
const mostSets = 64;

export function byShape(context: Context): readonly AttentionSet[] | undefined {
  const matrices = context.file.tensors.filter(({ shape }) => shape.length >= 2 && !shape.includes(0));
  const [first, second, third] = matrices;
  if (!first) return undefined;
  const lone = matrices.map(alone);
  if (second && matrices.length <= mostSets && areMaps(lone, context.tokens))
    return lone.map((family) => setOf({ weights: family }, context, family.id));
  if (second && matrices.length <= 3 && first.shape.at(-1) === second.shape.at(-1)) {
    const hasValue = third && third.shape.at(-2) === second.shape.at(-2);
    const chosen = { query: alone(first), key: alone(second), ...(hasValue ? { value: alone(third) } : {}) };
    return [setOf(chosen, context)];
  }
  // Of many, those that look like weights.
  const family = lone.find(({ tensors }) => tensors[0] && looksLikeWeights(tensors[0])) ?? lone[0];
  return family ? [setOf({ weights: family }, context)] : undefined;
}

/** Squares without a number in their names are maps where they are of several files, or their rows add up to 1: two models, say. */
const areMaps = (families: readonly Family[], tokens?: number) =>
  families.every(
    (family) =>
      isSquare(family, tokens) &&
      (family.id.includes("/") || family.tensors.every((tensor) => looksLikeWeights(tensor) && !hasNegatives(tensor))),
  );
