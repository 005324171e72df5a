import { describe, expect, it } from "vitest";
import { splitFragment } from "../../web/src/figure/link";
import { dataText } from "../../web/src/figure/own/data-text";
import { attentionSettings } from "../../web/src/figures/attention/attention-state";
import { fromJson } from "../../web/src/formats/text/json";
import { pack, unpack } from "../../web/src/model/packed";
import { defaultsOf, fromSettingsSearch, toSettingsSearch } from "../../web/src/model/settings";

const long = Array.from({ length: 300 }, (_, i) => `key${i}=${(i * 0.37).toFixed(2)}`).join("&");

describe("a packed text", () => {
  it("is shorter, fit for an address, and comes back as it was", async () => {
    const packed = await pack(`${long}&text=naïve „Ünicode“ 🙂`);
    expect(packed).toMatch(/^[\w-]+$/);
    expect(packed.length).toBeLessThan(0.6 * long.length);
    expect(await unpack(packed)).toEqual({ text: `${long}&text=naïve „Ünicode“ 🙂`, isWhole: true });
    expect(await unpack(await pack(""))).toEqual({ text: "", isWhole: true });
  });

  it("that is cut off, changed or no such text is not taken for whole", async () => {
    const packed = await pack(long);
    for (let length = 0; length < packed.length; length += 97)
      expect((await unpack(packed.slice(0, length))).isWhole, `${length} of ${packed.length}`).toBe(false);
    for (let at = 0; at < packed.length; at += 61) {
      const other = packed[at] === "A" ? "B" : "A";
      expect((await unpack(packed.slice(0, at) + other + packed.slice(at + 1))).isWhole, `changed at ${at}`).toBe(
        false,
      );
    }
    for (const text of ["", "a", "!!", "%%", "~", "ü"]) expect((await unpack(text)).isWhole).toBe(false);
  });

  it("is not unpacked to more than a link can mean", async () => {
    const { isWhole } = await unpack(await pack("0".repeat(2 ** 23)));
    expect(isWhole).toBe(false);
  });
});

it("a fragment is an id, and the state after the last ~", () => {
  expect(splitFragment("#masks~masks-seed=7")).toEqual({ id: "masks", state: "masks-seed=7" });
  expect(splitFragment("#a~b~eJy")).toEqual({ id: "a~b", state: "eJy" });
  expect(splitFragment("#%C3%BC")).toEqual({ id: "ü", state: null });
  expect(splitFragment("#%")).toEqual({ id: "%", state: null });
  expect(splitFragment("")).toEqual({ id: "", state: null });
});

describe("data of a reader's in a link", () => {
  const given = fromJson(
    { "a:b,c": { shape: [1, 3], data: [0.1, 1 / 3, 2e-38] }, k: [[-1, 0, 1e9]], tokens: ["<b>", "ü"] },
    "x",
  );

  it("come back bit for bit, with names, roles and labels", () => {
    const state = {
      ...defaultsOf(attentionSettings),
      data: given,
      name: "x.json",
      roles: { query: "a:b,c", key: "k" },
    };
    const search = toSettingsSearch(attentionSettings, { ...state, cell: { query: 0, key: null } }, "attention-");
    const { state: back, problems } = fromSettingsSearch(
      attentionSettings,
      search,
      "attention-",
      defaultsOf(attentionSettings),
    );
    expect(problems).toEqual([]);
    expect(back.data).toEqual(given);
    expect(back.roles).toEqual({ query: "a:b,c", key: "k" });
    expect(back.cell).toEqual({ query: 0, key: null });
    expect(back.name).toBe("x.json");
  });

  it("that are too many, or not finite, are not written", () => {
    expect(dataText(fromJson({ w: { shape: [1, 20_001], data: new Float32Array(20_001) } }, "x"))).toBeNull();
    expect(
      dataText({ ...given, tensors: [{ name: "w", shape: [1], data: Float32Array.of(Number.NaN), dtype: "f4" }] }),
    ).toBeNull();
  });

  it("that are damaged are named, and the rest is kept", () => {
    const search = "?attention-head=3&attention-data=%7B%22w%22%3A&attention-roles=queen:x";
    const { state, problems } = fromSettingsSearch(
      attentionSettings,
      search,
      "attention-",
      defaultsOf(attentionSettings),
    );
    expect(state.head).toBe(3);
    expect(state.data).toBeNull();
    expect(problems.join()).toMatch(/roles are .*queen.*data cannot be read/);
  });
});
