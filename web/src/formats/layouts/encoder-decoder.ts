/** Translation models: encoder_attentions, decoder_attentions, cross_attentions, each of one tensor or of one a layer; by name or by shape. */
import { commonShape } from "./families";
import { roleOf, type Side, sideOf } from "./names";
import { setOf } from "./parts";
import type { AttentionSet, Context, Family } from "./reading";

const source = ["encoder_tokens", "source_tokens", "src_tokens", "encoderTokens", "sourceTokens", "keyTokens"];
const target = ["decoder_tokens", "target_tokens", "tgt_tokens", "decoderTokens", "targetTokens", "queryTokens"];
const order: readonly Side[] = ["encoder", "decoder", "cross"];

const textsOf = (side: Side) => ({
  queryTokens: [...(side === "encoder" ? source : target), "tokens"],
  keyTokens: [...(side === "decoder" ? target : source), "tokens"],
});

export function encoderDecoder(context: Context): readonly AttentionSet[] | undefined {
  const found = context.families.flatMap((family) => {
    const role = roleOf(family.id) ?? (sideOf(family.id) && isMapLike(family) ? "weights" : undefined);
    const side = sideOf(family.id);
    return side && (role === "weights" || role === "scores") ? [{ side, role, family }] : [];
  });
  const sides = order.filter((side) => found.some((each) => each.side === side));
  if (sides.length < 2) return undefined;
  return sides.flatMap((side) =>
    found
      .filter((each) => each.side === side)
      .slice(0, 1)
      .map(({ role, family }) => setOf({ [role]: family }, { tokens: undefined }, side, textsOf(side))),
  );
}

const isMapLike = (family: Family) => (commonShape(family)?.length ?? 0) >= 2;

/** Numbered maps of the shapes a × a, b × b and b × a, as `np.savez(file, *encoder, *decoder, *cross)` leaves them. */
export function encoderDecoderByShape(context: Context): readonly AttentionSet[] | undefined {
  const family = context.families.find(({ tensors }) => tensors.length >= 3);
  if (!family) return undefined;
  const groups = new Map<string, number[]>();
  for (const [i, { shape }] of family.tensors.entries()) {
    const key = shape.slice(-2).join();
    groups.set(key, [...(groups.get(key) ?? []), i]);
  }
  if (groups.size !== 3) return undefined;
  const shapes = [...groups.keys()].map((key) => key.split(",").map(Number));
  const cross = shapes.find(([queries, keys]) => queries !== keys);
  const squares = shapes.filter(([queries, keys]) => queries === keys).map(([length]) => length);
  if (!cross || squares.length !== 2 || !squares.includes(cross[0]) || !squares.includes(cross[1])) return undefined;
  const lengths: Readonly<Record<Side, readonly (number | undefined)[]>> = {
    encoder: [cross[1], cross[1]],
    decoder: [cross[0], cross[0]],
    cross,
  };
  return order.map((side) => {
    const places = groups.get(lengths[side].join()) ?? [];
    const part: Family = {
      id: `${family.id} ${side}`,
      tensors: places.flatMap((i) => family.tensors[i] ?? []),
      numbers: places.map((i) => family.numbers[i] ?? []),
    };
    return setOf({ weights: part }, { tokens: undefined }, side, textsOf(side));
  });
}
