import { describe, expect, test } from "vitest";
import { fromSearch, toSearch } from "../../web/src/figures/notebook/notebook-url";
import { changed, isSourceExperiment, type NotebookState, notebookDefaults } from "../../web/src/model/notebook-state";

const states: NotebookState[] = [
  notebookDefaults,
  { ...notebookDefaults, tokens: 4096, width: 1024, heads: 16, seed: 4294967295, temperature: 0.01, mask: "causal" },
  { ...notebookDefaults, seed: 0, temperature: 2.5, locked: { query: 4, key: 7, map: 0 } },
  { ...notebookDefaults, locked: { query: 0, key: 0, map: 4 } },
  { ...notebookDefaults, locked: { query: 3, key: null, map: 2 } },
];

test.each(states)("a state survives the address: %j", (state) => {
  expect(fromSearch(toSearch(state))).toEqual({ state, problems: [] });
});

test("defaults are left out", () => {
  expect(toSearch(notebookDefaults)).toBe("");
  expect(toSearch({ ...notebookDefaults, tokens: 16, locked: { query: 4, key: 7, map: 0 } })).toBe(
    "?tokens=16&cell=4,7",
  );
});

test("parameters that are not ours stay", () => {
  expect(toSearch({ ...notebookDefaults, seed: 7 }, "?utm_source=post&seed=3")).toBe("?utm_source=post&seed=7");
});

describe("values that cannot be used fall back and are named", () => {
  test.each([
    ["tokens=0", "tokens is a whole number from 1 to 4096, not “0”"],
    ["tokens=4097", "tokens is a whole number from 1 to 4096, not “4097”"],
    ["tokens=8.5", "tokens is a whole number from 1 to 4096, not “8.5”"],
    ["tokens=1e999", "tokens is a whole number from 1 to 4096, not “1e999”"],
    ["tokens=NaN", "tokens is a whole number from 1 to 4096, not “NaN”"],
    ["tokens=0x10", "tokens is a whole number from 1 to 4096, not “0x10”"],
    ["tokens=", "tokens is a whole number from 1 to 4096, not “”"],
    ["seed=-1", "seed is a whole number from 0 to 4294967295, not “-1”"],
    ["seed=4294967296", "seed is a whole number from 0 to 4294967295, not “4294967296”"],
    ["temperature=0", "temperature is a number from 0.01 to 100, not “0”"],
    ["temperature=Infinity", "temperature is a number from 0.01 to 100, not “Infinity”"],
    ["mask=__proto__", "mask is none or causal, not “__proto__”"],
    ["cell=8,0", "cell 8,0 of map 0 lies outside the 8 × 8 maps of 4 heads"],
    ["cell=0,0&map=5", "cell 0,0 of map 5 lies outside the 8 × 8 maps of 4 heads"],
    ["cell=-1,2", "cell is “query,key” in a map, not “-1,2” in “0”"],
    ["width=<script>alert(1)</script>", "width is a whole number from 1 to 1024, not “<script>alert(1)</script>”"],
  ])("%s", (search, problem) => {
    expect(fromSearch(`?${search}`)).toEqual({ state: notebookDefaults, problems: [problem] });
  });

  test("long and disguised text is cut and stripped", () => {
    const [problem] = fromSearch(`?seed=${encodeURIComponent(`\u202e\n\0${"x".repeat(100_000)}`)}`).problems;
    expect(problem).toBe(`seed is a whole number from 0 to 4294967295, not “ ${"x".repeat(39)}…”`);
  });

  test("malformed percent signs and repeated keys do no harm", () => {
    expect(fromSearch("?%E0%A4%A&tokens=16&tokens=zzz&&==&constructor=1").state).toEqual({
      ...notebookDefaults,
      tokens: 16,
    });
  });
});

test("a lock that falls outside smaller maps is released", () => {
  const locked = { query: 7, key: 0, map: 4 };
  expect(changed({ ...notebookDefaults, locked }, { tokens: 7 }).locked).toBeNull();
  expect(changed({ ...notebookDefaults, locked }, { heads: 2 }).locked).toBeNull();
  expect(changed({ ...notebookDefaults, locked }, { seed: 7 }).locked).toEqual(locked);
});

test("the source experiment is the default, with either mask and any lock", () => {
  expect(isSourceExperiment({ ...notebookDefaults, mask: "causal", locked: { query: 1, key: 1, map: 0 } })).toBe(true);
  expect(isSourceExperiment({ ...notebookDefaults, seed: 43 })).toBe(false);
});
