/** By what the tokens or words of a text are tinted, and which of them are looked at. Pure. */
import { weightsOf } from "../figure/maps/token-shares";
import { kindOf, namesOf, placeOf, queryOf, type Scene, type Shown } from "./scene";
import { asOneGroup, groupAt, groupsOfText, numbersOf, singleTokens, type TokenGroup, tokensIn } from "./token-groups";
import type { GroupNumbers } from "./worker/protocol";

export interface Tinted {
  /** What it is about: tokens or words. */
  readonly of: readonly TokenGroup[];
  /** Of each token or word on the other side. */
  readonly values: Float32Array;
  readonly groups: readonly TokenGroup[];
}

export interface Sides {
  readonly queries: readonly TokenGroup[];
  readonly keys: readonly TokenGroup[];
}

type Text = Pick<Shown, "state" | "model" | "text">;

/** What stands along each axis: tokens, or words where they are joined. */
export function sidesOf(shown: Text): Sides {
  const { text, state } = shown;
  const { queries, keys } = namesOf(shown);
  const kind = kindOf(shown);
  const isTarget = kind !== "encoder" && text.targetNames !== undefined;
  const own = groupsOfText(queries, isTarget ? text.targetWords : text.words, state.words);
  return { queries: own, keys: kind === "cross" ? groupsOfText(keys, text.words, state.words) : own };
}

/** Whether tokens stand as words. */
export const areJoined = ({ text, state }: Text): boolean => state.words && text.words !== undefined;

/** Whether several tokens are looked at together: keys of cross-attention are not. */
export const areSeveral = (shown: Text): boolean =>
  shown.state.also.length > 0 && !(shown.state.tint === "receives" && kindOf(shown) === "cross");

/** All words of each side. */
export function numbersOfWords(shown: Text): GroupNumbers {
  const { queries, keys } = sidesOf(shown);
  return { queryGroups: numbersOf(queries), keyGroups: numbersOf(keys) };
}

/** The tokens that are chosen, or the words that they belong to, on one side, and all on the other. */
export function numbersOfChosen(shown: Text): GroupNumbers {
  const { queries, keys } = sidesOf(shown);
  const { state } = shown;
  const chosen = [queryOf(shown), ...state.also];
  const one = (groups: readonly TokenGroup[]) =>
    asOneGroup(tokensIn(groupsWith(chosen, groups)), groups.at(-1)?.end ?? 0);
  return state.tint === "receives"
    ? { queryGroups: numbersOf(queries), keyGroups: one(keys) }
    : { queryGroups: one(queries), keyGroups: numbersOf(keys) };
}

/** The tokens that are looked at: the one under the pointer, else those that are chosen, else the last. */
export const focusOf = (scene: Scene): readonly number[] =>
  scene.hover ? [scene.hover.query] : [queryOf(scene), ...scene.state.also];

/** In which groups tokens are, each once. */
export const groupsAt = (tokens: readonly number[], groups: readonly TokenGroup[]): number[] => [
  ...new Set(tokens.map((token) => groupAt(groups, token))),
];

const groupsWith = (tokens: readonly number[], groups: readonly TokenGroup[]): TokenGroup[] =>
  groupsAt(tokens, groups).flatMap((at) => groups[at] ?? []);

/** Null while it is computed. */
export function tintOf(scene: Scene, { queries, keys }: Sides = tokensOf(scene)): Tinted | null {
  const { head, state, rollout } = scene;
  if (state.tint === "rollout") {
    if (!rollout) return null;
    const query = queryOf(scene);
    return { of: tokensOf(scene).queries.slice(query, query + 1), values: rollout, groups: keys };
  }
  if (!head) return null;
  const gives = state.tint === "gives";
  const [own, others] = gives ? [queries, keys] : [keys, queries];
  const isKey = !gives && kindOf(scene) === "cross";
  const tokens = isKey ? [placeOf(scene).key ?? 0] : focusOf(scene);
  const of = groupsWith(tokens, own);
  const [one] = of;
  if (!one || of.some(({ end }) => end > (gives ? head.queries : head.keys))) return null;
  if (of.length > 1) return scene.chosenWeights && { of, values: scene.chosenWeights, groups: others };
  if (!areJoined(scene)) return { of, values: weightsOf(head, one.first, gives), groups: others };
  if (!scene.wordWeights) return null;
  const words = { weights: scene.wordWeights, queries: queries.length, keys: keys.length };
  return { of, values: weightsOf(words, own.indexOf(one), gives), groups: others };
}

function tokensOf(scene: Scene): Sides {
  const { queries, keys } = namesOf(scene);
  return { queries: singleTokens(queries), keys: singleTokens(keys) };
}
