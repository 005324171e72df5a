import { expect, it } from "vitest";
import { areSameSize, hasComparedHead, headsByChange, tokensSentence } from "../../../web/src/explorer/comparison";
import type { Compared, Shown } from "../../../web/src/explorer/scene";
import { initialState } from "../../../web/src/explorer/state";
import type { OpenedModel } from "../../../web/src/explorer/worker/protocol";
import type { AttentionKind } from "../../../web/src/models/models";

const model = (kind: string) => ({ info: { kind } }) as unknown as OpenedModel;
const text = (...names: string[]) => ({ input: { ids: names.map(() => 1) }, names, unknown: [] });
const attended = (kind: AttentionKind, tokens: number, heads = [2, 2]) => [
  { kind, heads, queries: tokens, keys: tokens },
];
const shown = (...names: string[]): Shown => ({
  state: initialState,
  model: model("decoder"),
  text: text(...names),
  attentions: attended("decoder", names.length),
  head: null,
});
const compared = (kind: string, of: AttentionKind, ...names: string[]): Compared => ({
  model: model(kind),
  text: text(...names),
  attentions: attended(of, names.length, [2]),
});

it("says which tokens differ, and what cannot be compared", () => {
  const here = shown("the", " cat", " sat");
  const sentence = (...names: string[]) => tokensSentence(here, compared("decoder", "decoder", ...names));
  expect(sentence("the", " cat", " sat")).toBe("3 tokens on both sides, all the same.");
  expect(sentence("the", " dog", " sat")).toBe(
    "3 tokens on both sides; one differs: token 1 is “cat” here and “dog” there.",
  );
  expect(sentence("a", " dog", " sat")).toBe("3 tokens on both sides; 2 differ: token 0 is “the” here and “a” there.");
  expect(sentence("the", " cat")).toBe(
    "There are 3 tokens here and 2 there: a weight of the one has no counterpart in the other, so that the maps stand side by side and no difference is taken.",
  );
});

it("compares the attention of the stack that predicts, whatever that is", () => {
  const here = shown("a", "b");
  const encoder = compared("encoder", "encoder", "a", "b");
  expect(areSameSize(here, encoder)).toBe(true);
  expect(hasComparedHead(here, encoder)).toBe(true);
  expect(hasComparedHead({ state: { ...initialState, head: 2 } }, encoder)).toBe(false);
  expect(hasComparedHead({ state: { ...initialState, layer: 1, head: null } }, encoder)).toBe(false);
  const cross = { ...here, state: { ...initialState, kind: "cross" as const } };
  expect(areSameSize(cross, encoder)).toBe(false);
});

it("lists heads by how far they move, of equal ones the first", () => {
  expect(headsByChange([[0.1, 0.5], undefined, [0.5]]).map(({ layer, head }) => `${layer}.${head}`)).toEqual([
    "0.1",
    "2.0",
    "0.0",
  ]);
});
