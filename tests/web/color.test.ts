import { describe, expect, test } from "vitest";
import { contrast, fromOklab, ramp, toHex, toOklab } from "../../web/src/charts/color/color";
import { dash, readPalette } from "../../web/src/charts/color/palette";

const light: Record<string, string> = {
  "--heed-paper": "#fcfbf8",
  "--heed-ink": "#1b1c1f",
  "--heed-single": "#3b4a5a",
  "--heed-head-1": "#0069a8",
  "--heed-head-2": "#c2500a",
  "--heed-head-3": "#0a7f5f",
  "--heed-head-4": "#a3478a",
};
const dark: Record<string, string> = {
  "--heed-paper": "#141518",
  "--heed-ink": "#e9e7e2",
  "--heed-single": "#a9b8c9",
  "--heed-head-1": "#58b0ea",
  "--heed-head-2": "#f08c4a",
  "--heed-head-3": "#4fc3a0",
  "--heed-head-4": "#dd8ac6",
};
const palette = (values: Record<string, string>) => readPalette({ getPropertyValue: (name) => values[name] ?? "" });

test("contrast is WCAG's", () => {
  expect(contrast("#000", "#fff")).toBeCloseTo(21, 10);
  // The lightest grey that WCAG's guides name as enough on white, and the next that is not.
  expect(contrast("#767676", "#fff")).toBeGreaterThan(4.5);
  expect(contrast("#fff", "#777")).toBeLessThan(4.5);
});

test("OKLab there and back", () => {
  for (const hex of ["#000000", "#ffffff", "#0069a8", "#c2500a", "#141518"]) expect(toHex(toOklab(hex))).toBe(hex);
  // Reference values of Ottosson's article: white is L = 1 without chroma.
  expect(toOklab("#ffffff")[0]).toBeCloseTo(1, 4);
});

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s palette", (_, values) => {
  const { paper, maps } = palette(values);

  test("ramps run from the paper to the hue, monotone and even in lightness", () => {
    for (const hue of maps) {
      const colors = ramp(paper, hue);
      const hex = (pixel: number) =>
        `#${[pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255].map((c) => c.toString(16).padStart(2, "0")).join("")}`;
      expect([hex(colors[0] ?? 0), hex(colors[255] ?? 0)]).toEqual([paper, hue]);
      const lightness = Array.from(colors, (color) => toOklab(hex(color))[0]);
      const [first = 0, last = 0] = [lightness[0], lightness[255]];
      const direction = Math.sign(last - first);
      for (let i = 1; i < 256; i++) {
        const [here = 0, before = 0] = [lightness[i], lightness[i - 1]];
        // Rounding to 8 bits may take back a little of a step.
        expect((here - before) * direction).toBeGreaterThan(-0.003);
        expect(Math.abs(here - (first + ((last - first) * i) / 255))).toBeLessThan(0.006);
      }
    }
  });

  test("every map's hue keeps text contrast 4.5 with the paper", () => {
    for (const hue of maps) expect(contrast(hue, paper)).toBeGreaterThan(4.5);
  });

  test("no two of 16 heads share both colour and line pattern", () => {
    expect(maps).toHaveLength(17);
    expect(new Set(maps.map((hue, map) => `${hue} ${dash(map)}`)).size).toBe(17);
  });
});

test("colours outside sRGB are clipped, not wrapped", () => {
  for (const channel of fromOklab([1.2, 0.4, 0.4])) {
    expect(channel).toBeGreaterThanOrEqual(0);
    expect(channel).toBeLessThanOrEqual(255);
  }
});
