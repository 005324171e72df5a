/** By what tokens and words are tinted. */
import { expect, it } from "vitest";
import type { Scene } from "../../../web/src/explorer/scene";
import { type ExplorerState, initialState } from "../../../web/src/explorer/state";
import { numbersOfChosen, sidesOf, tintOf } from "../../../web/src/explorer/tint";

const head = { queries: 3, keys: 3, weights: Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0.5, 0.375, 0.125) };
const words = [0, 0, 1].map((word, i) => ({ word, text: "abc"[i] ?? "" }));

const sceneOf = (state: Partial<ExplorerState>, answers: Partial<Scene> = {}) =>
  ({
    state: { ...initialState, ...state },
    model: { info: { kind: "decoder" } },
    text: { input: { ids: [1, 2, 3] }, names: ["a", "b", "c"], words, unknown: [] },
    hover: null,
    head,
    rollout: null,
    wordWeights: null,
    chosenWeights: null,
    ...answers,
  }) as unknown as Scene;

const tinted = (scene: Scene) => {
  const found = tintOf(scene, sidesOf(scene));
  return found && { of: found.of.map(({ name }) => name), values: [...found.values] };
};

it("one token's row or column is that of the head", () => {
  expect(tinted(sceneOf({ query: 1 }))).toEqual({ of: ["b"], values: [0.25, 0.75, 0] });
  expect(tinted(sceneOf({ query: 0, tint: "receives" }))).toEqual({ of: ["a"], values: [1, 0.25, 0.5] });
  expect(tinted(sceneOf({ query: 0 }, { hover: { query: 2, key: null } }))).toEqual({
    of: ["c"],
    values: [0.5, 0.375, 0.125],
  });
  expect(tinted(sceneOf({ query: 1 }, { head: null }))).toBeNull();
});

it("words and several tokens have what the core answered, and nothing until then", () => {
  expect(tinted(sceneOf({ query: 1, words: true }))).toBeNull();
  const wordWeights = Float32Array.of(1, 0, 0.875, 0.125);
  expect(tinted(sceneOf({ query: 2, words: true }, { wordWeights }))).toEqual({ of: ["c"], values: [0.875, 0.125] });
  expect(tinted(sceneOf({ query: 1, words: true, tint: "receives" }, { wordWeights }))).toEqual({
    of: ["ab"],
    values: [1, 0.875],
  });
  expect(tinted(sceneOf({ query: 0, also: [2] }))).toBeNull();
  const chosenWeights = Float32Array.of(0.75, 0.1875, 0.0625);
  expect(tinted(sceneOf({ query: 0, also: [2] }, { chosenWeights }))).toEqual({
    of: ["a", "c"],
    values: [...chosenWeights],
  });
  // Two tokens of one word are that word.
  expect(tinted(sceneOf({ query: 0, also: [1], words: true }, { wordWeights }))).toEqual({
    of: ["ab"],
    values: [1, 0],
  });
});

it("rollout is of one token, to each token or word", () => {
  const rollout = Float32Array.of(0.75, 0.25);
  expect(tinted(sceneOf({ query: 1, words: true, tint: "rollout" }, { rollout }))).toEqual({
    of: ["b"],
    values: [0.75, 0.25],
  });
});

it("keys of cross-attention stand beside the words of the other text", () => {
  const text = { input: { ids: [1, 2, 3] }, names: ["a", "b", "c"], words, targetNames: ["x", "y"], unknown: [] };
  const model = { info: { kind: "encoder-decoder" } };
  const scene = sceneOf({ kind: "cross", words: true, also: [1], query: 0 }, { text, model } as unknown as Scene);
  expect(sidesOf(scene).queries.map(({ name }) => name)).toEqual(["x", "y"]);
  expect(sidesOf(scene).keys.map(({ name }) => name)).toEqual(["ab", "c"]);
  expect(numbersOfChosen(scene)).toEqual({ queryGroups: [0, 0], keyGroups: [0, 0, 1] });
});
