import { describe, expect, it } from "vitest";
import {
  type ExplorerState,
  fromSearch,
  headCode,
  headName,
  initialState,
  isChanged,
  toggleHead,
  togglePair,
  toSearch,
  within,
} from "../../../web/src/explorer/state";

const state: ExplorerState = {
  model: "stories",
  hub: "org/name",
  text: "Clara & Oscar, 100 %",
  added: [12, 7],
  layer: 8,
  head: 7,
  query: 28,
  key: 25,
  tint: "receives",
  scale: "row maximum",
  order: "induction",
  label: "previous token",
  changes: { ablate: [{ layer: 8, head: 7 }], mask: [{ layer: 0, head: 1, query: 3, key: 0 }] },
  view: "heads",
};

describe("the address", () => {
  it("holds the whole state, and nothing of a state as it begins", () => {
    expect(fromSearch(toSearch(state))).toEqual(state);
    expect(toSearch(initialState)).toBe("");
    expect(fromSearch("")).toEqual(initialState);
    expect(fromSearch(toSearch({ ...state, head: null }))).toEqual({ ...state, head: null });
  });

  it("counts layers and heads from 1 as the page does", () => {
    expect(toSearch({ ...initialState, layer: 8, head: 7 })).toBe("?head=9.8");
    expect(toSearch({ ...initialState, layer: 8, head: null })).toBe("?head=9.mean");
    expect(headCode({ layer: 0, head: 0 })).toBe("1.1");
    expect(headName({ layer: 8, head: null })).toBe("Layer 9, mean of its heads");
  });

  it("leaves out what makes no sense", () => {
    const search =
      "?head=0.1&query=-3&key=x&tint=gaves&scale=&sort=size&label=loud&off=9,1.0,2.2,1.mean&hide=1.2.3,1.1.2.1&added=4,-1,q&view=all";
    expect(fromSearch(search)).toEqual({
      ...initialState,
      added: [4],
      changes: { ablate: [{ layer: 1, head: 1 }], mask: [{ layer: 0, head: 0, query: 2, key: 1 }] },
    });
  });
});

describe("what a model and a text do not have", () => {
  const sizes = { layers: 2, heads: 4, tokens: 5, causal: true };

  it("goes", () => {
    const fitted = within(state, sizes);
    expect(fitted).toMatchObject({ layer: 0, head: 0, query: null, key: null });
    expect(fitted.changes).toEqual({ ablate: [], mask: state.changes.mask });
    expect(within(state, { ...sizes, tokens: 3 }).changes.mask).toEqual([]);
  });

  it("is a key after its query where attention is causal", () => {
    const later = { ...initialState, query: 1, key: 3 };
    expect(within(later, sizes).key).toBeNull();
    expect(within(later, { ...sizes, causal: false }).key).toBe(3);
    const hidden = { ...initialState, changes: { ablate: [], mask: [{ layer: 0, head: 0, query: 1, key: 3 }] } };
    expect(within(hidden, sizes).changes.mask).toEqual([]);
  });

  it("is nothing where all is there", () => {
    const all = { layers: 12, heads: 12, tokens: 32, causal: true };
    expect(within(state, all)).toEqual(state);
  });
});

describe("changes", () => {
  it("are made and taken back by the same act", () => {
    const none = initialState.changes;
    const head = { layer: 1, head: 2 };
    const pair = { ...head, query: 4, key: 0 };
    const both = togglePair(toggleHead(none, head), pair);
    expect(both).toEqual({ ablate: [head], mask: [pair] });
    expect(isChanged(both)).toBe(true);
    expect(togglePair(toggleHead(both, { layer: 1, head: 2 }), { ...pair })).toEqual(none);
    expect(isChanged(none)).toBe(false);
  });
});
