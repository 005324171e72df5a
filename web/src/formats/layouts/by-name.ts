/**
 * Tensors whose names say what they are: q, k, v and weights; TransformerLens' hooks (blocks.0.attn.hook_pattern, …); llama.cpp's
 * kq_soft_max-0 and Qcur-0; vLLM's and flash attention's q, k and v.
 */
import { roleOf, wordsOf } from "./names";
import { setOf } from "./parts";
import type { AttentionSet, Context, Family, Role } from "./reading";

export function byName(context: Context): readonly AttentionSet[] | undefined {
  const of = (role: Role) => context.families.filter(({ id, tensors }) => roleOf(id) === role && isFit(role, tensors));
  const [scores] = of("scores");
  const query = preferred(of("query"));
  const key = preferred(of("key"));
  const value = preferred(of("value"));
  const [bias] = of("bias");
  const [mask] = of("mask");
  const projections =
    query && key
      ? { query, key, ...(value ? { value } : {}), ...(bias ? { bias } : {}), ...(mask ? { mask } : {}) }
      : {};
  const weights = of("weights");
  if (weights.length > 0) {
    const name = (family: Family) => (weights.length > 1 ? family.id : "");
    return weights.map((family) => setOf({ weights: family, ...projections }, context, name(family)));
  }
  if (scores) return [setOf({ scores, ...projections }, context)];
  return query && key ? [setOf(projections, context)] : undefined;
}

const isFit = (role: Role, tensors: Family["tensors"]) =>
  role === "bias" || role === "mask" || tensors.every(({ shape }) => shape.length >= 2 && !shape.includes(0));

/** Queries and keys after rotation are those that are compared. */
const preferred = (families: readonly Family[]) =>
  families.find(({ id }) => /(^|_)rot_/.test(wordsOf(id))) ?? families[0];
