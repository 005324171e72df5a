import { describe, expect, it } from "vitest";
import { fromLongSearch, toLongSearch } from "../../web/src/figures/long-map/long-url";
import { changedLong, longDefaults } from "../../web/src/model/long-state";

describe("the long map's address", () => {
  it("is empty for the defaults and leaves others' parameters alone", () => {
    expect(toLongSearch(longDefaults)).toBe("");
    expect(toLongSearch(longDefaults, "?tokens=16&long-seed=3")).toBe("?tokens=16");
  });

  it("holds everything, both ways", () => {
    const search =
      "?long-tokens=131072&long-seed=7&long-mask=none&long-reduce=sum&long-scale=linear&long-view=8192,4096,1024&long-cell=9000,4100";
    const { state, problems } = fromLongSearch(search);
    expect(problems).toEqual([]);
    expect(state).toEqual({
      tokens: 131072,
      seed: 7,
      mask: "none",
      reduce: "sum",
      scale: "linear",
      view: { query: 8192, key: 4096, span: 1024 },
      locked: { query: 9000, key: 4100 },
    });
    expect(toLongSearch(state)).toBe(search);
  });

  it.each([
    ["long-tokens=131073", "tokens is a whole number from 1 to 131072, not “131073”"],
    ["long-tokens=0", "tokens is a whole number from 1 to 131072, not “0”"],
    ["long-scale=cubic", "scale is log or linear, not “cubic”"],
    [
      "long-view=1,2",
      "view is “query,key,span”, a corner within 16384 × 16384 and at least 8 tokens a side, not “1,2”",
    ],
    ["long-view=0,0,2", "at least 8 tokens a side, not “0,0,2”"],
    ["long-cell=99999,0", "cell is “query,key” within 16384 × 16384, not “99999,0”"],
    ["long-cell=%3Cb%3E", "not “<b>”"],
  ])("names what it cannot use: %s", (search, problem) => {
    const { state, problems } = fromLongSearch(`?${search}`);
    expect(problems.join()).toContain(problem);
    expect(state).toEqual(longDefaults);
  });

  it("moves a view back into a map that has become shorter, and gives up a lock that is outside", () => {
    const state = { ...longDefaults, view: { query: 8000, key: 8000, span: 500 }, locked: { query: 8001, key: 8001 } };
    expect(changedLong(state, { tokens: 1000 })).toMatchObject({
      view: { query: 500, key: 500, span: 500 },
      locked: null,
    });
    expect(changedLong(state, { tokens: 400 }).view).toBeNull();
  });
});
