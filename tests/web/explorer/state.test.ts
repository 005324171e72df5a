import { describe, expect, it } from "vitest";
import { fromAddress, toAddress } from "../../../web/src/explorer/address";
import {
  type ExplorerState,
  headCode,
  headName,
  initialState,
  isChanged,
  toggleHead,
  togglePair,
} from "../../../web/src/explorer/state";
import { type Sizes, within } from "../../../web/src/explorer/within";

const state: ExplorerState = {
  model: "stories",
  hub: "org/name",
  revision: "v1.0",
  endpoint: "http://localhost:8000",
  text: "Clara & Oscar, 100 %",
  second: "And Clara?",
  from: 3,
  added: [12, 7],
  kind: null,
  layer: 8,
  head: 7,
  query: 28,
  key: 25,
  also: [3, 9],
  words: true,
  tint: "receives",
  scale: "row maximum",
  value: "masked logit",
  drawing: "arcs",
  block: "A → B",
  comparison: "difference",
  versus: "Clara & Tom",
  beside: "induction",
  pairing: "difference",
  effectOf: 4,
  against: 9,
  order: "induction",
  label: "previous token",
  changes: {
    ablate: [{ layer: 8, head: 7 }],
    mask: [{ layer: 0, head: 1, query: 3, key: 0 }],
    replace: [{ position: 2, id: 5 }],
    patch: [{ layer: 1, position: 3 }],
  },
  other: "Oscar",
  temperature: 0.7,
  topK: 40,
  topP: 0.9,
  seed: 42,
  view: "heads",
};

describe("the address", () => {
  const read = (address: string) => fromAddress(new URL(address, "https://a.example/explorer.html"));

  it("holds the whole state, and nothing of a state as it begins", () => {
    expect(read(toAddress(state))).toEqual(state);
    expect(toAddress(initialState)).toBe("");
    expect(read("")).toEqual(initialState);
    expect(read(toAddress({ ...state, head: null }))).toEqual({ ...state, head: null });
    const cross = { layer: 2, head: 1, kind: "cross" as const };
    const changes = {
      ...initialState.changes,
      ablate: [cross],
      mask: [{ ...cross, kind: "encoder" as const, query: 3, key: 0 }],
    };
    const ofCross = { ...state, kind: "cross" as const, changes };
    expect(read(toAddress(ofCross))).toEqual(ofCross);
  });

  it("has what is typed, and what tells of it, behind the #, which no server is sent", () => {
    const { search, hash } = new URL(toAddress(state), "https://a.example/explorer.html");
    const behind = ["hub", "revision", "endpoint", "text", "second", "added", "versus", "beside", "replace", "other"];
    expect([...new URLSearchParams(hash.slice(1)).keys()]).toEqual(behind);
    for (const name of behind) expect(new URLSearchParams(search).has(name)).toBe(false);
    expect(toAddress({ ...initialState, text: "Clara & Oscar" })).toBe("#text=Clara+%26+Oscar");
  });

  it("may have all of it in the query, as older ones do", () => {
    expect(read(toAddress(state).replace("#", "&"))).toEqual(state);
    expect(read("?text=before#text=now").text).toBe("now");
  });

  it("counts layers and heads from 1 as the page does", () => {
    expect(toAddress({ ...initialState, layer: 8, head: 7 })).toBe("?head=9.8");
    expect(toAddress({ ...initialState, layer: 8, head: null })).toBe("?head=9.mean");
    expect(headCode({ layer: 0, head: 0 })).toBe("1.1");
    expect(headName({ layer: 8, head: null })).toBe("Layer 9, mean of its heads");
    expect(headCode({ layer: 0, head: 0, kind: "cross" })).toBe("c1.1");
    expect(headName({ layer: 0, head: 1, kind: "cross" })).toBe("Cross-attention, layer 1, head 2");
  });

  it("leaves out what makes no sense", () => {
    const search =
      "?head=0.1&query=-3&key=x&tint=gaves&scale=&sort=size&label=loud&off=9,1.0,2.2,1.mean&hide=1.2.3,1.1.2.1&added=4,-1,q&view=all&temperature=-1&topp=0&topk=x&seed=1.5&replace=1,2.3.4&patch=0.1&run=was";
    expect(read(search)).toEqual({
      ...initialState,
      added: [4],
      changes: {
        ...initialState.changes,
        ablate: [{ layer: 1, head: 1 }],
        mask: [{ layer: 0, head: 0, query: 2, key: 1 }],
      },
    });
  });
});

describe("what a model and a text do not have", () => {
  const sizesOf = (layers: number, heads: number, tokens: number, kind: "decoder" | "encoder" = "decoder"): Sizes => ({
    attentions: [{ kind, heads: Array(layers).fill(heads), queries: tokens, keys: tokens }],
    main: kind,
    tokens,
    vocabulary: 100,
  });
  const sizes = sizesOf(2, 4, 5);

  it("goes", () => {
    const fitted = within(state, sizes);
    expect(fitted).toMatchObject({ layer: 0, head: 0, query: null, key: null, effectOf: 4 });
    expect(fitted.changes).toEqual({ ...state.changes, ablate: [] });
    expect(within(state, sizesOf(2, 4, 3)).changes).toMatchObject({ mask: [], patch: [] });
    expect(within(state, { ...sizes, vocabulary: 5 })).toMatchObject({ effectOf: 4, against: null });
    expect(within(state, { ...sizes, vocabulary: 5 }).changes.replace).toEqual([]);
    expect(within({ ...state, kind: "cross" }, sizes).kind).toBeNull();
    expect(within({ ...state, query: 4, also: [3, 4, 9] }, sizes).also).toEqual([3]);
    expect(fitted.also).toEqual([]);
  });

  it("is a key after its query where attention is causal", () => {
    const later = { ...initialState, query: 1, key: 3 };
    expect(within(later, sizes).key).toBeNull();
    expect(within(later, sizesOf(2, 4, 5, "encoder")).key).toBe(3);
    const mask = [{ layer: 0, head: 0, query: 1, key: 3 }];
    expect(within({ ...initialState, changes: { ...initialState.changes, mask } }, sizes).changes.mask).toEqual([]);
  });

  it("is counted on the axes of the attention that is looked at", () => {
    const both: Sizes = {
      attentions: [
        { kind: "encoder", heads: [4, 4], queries: 9, keys: 9 },
        { kind: "decoder", heads: [2], queries: 3, keys: 3 },
        { kind: "cross", heads: [2], queries: 3, keys: 9 },
      ],
      main: "decoder",
      tokens: 9,
      vocabulary: 100,
    };
    const at = { ...initialState, query: 2, key: 8 };
    expect(within({ ...at, kind: "cross" }, both)).toMatchObject({ kind: "cross", query: 2, key: 8 });
    expect(within({ ...at, kind: "decoder" }, both)).toMatchObject({ kind: null, query: 2, key: null });
    expect(within({ ...at, kind: "encoder", layer: 1, head: 3 }, both)).toMatchObject({ layer: 1, head: 3, key: 8 });
    expect(within({ ...at, kind: "cross", layer: 1, head: 1 }, both)).toMatchObject({ layer: 0, head: 0 });
    expect(within({ ...at, query: 5 }, both).query).toBeNull();
  });

  it("is nothing where all is there", () => {
    expect(within(state, sizesOf(12, 12, 32))).toEqual(state);
  });
});

describe("changes", () => {
  it("are made and taken back by the same act", () => {
    const none = initialState.changes;
    const head = { layer: 1, head: 2 };
    const pair = { ...head, query: 4, key: 0 };
    const both = togglePair(toggleHead(none, head), pair);
    expect(both).toEqual({ ...none, ablate: [head], mask: [pair] });
    expect(toggleHead(both, { ...head, kind: "cross" }).ablate).toHaveLength(2);
    expect(isChanged(both)).toBe(true);
    expect(togglePair(toggleHead(both, { layer: 1, head: 2 }), { ...pair })).toEqual(none);
    expect(isChanged(none)).toBe(false);
  });
});
