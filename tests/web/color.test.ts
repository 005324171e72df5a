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

/** Linear RGB as it is seen: Machado, Oliveira and Fernandes 2009, severity 1. */
const visions: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  "full colour vision": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function asSeen(hex: string, vision: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const linear = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const seen = (visions[vision] ?? []).map((row) => row.reduce((sum, weight, i) => sum + weight * (linear[i] ?? 0), 0));
  const encoded = seen
    .map((c) => Math.min(1, Math.max(0, c)))
    .map((c) => Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055)));
  return `#${encoded.map((c) => c.toString(16).padStart(2, "0")).join("")}`;
}

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

  test("no two of 32 heads share both colour and line pattern", () => {
    expect(maps).toHaveLength(33);
    expect(new Set(maps.map((hue, map) => `${hue} ${dash(map)}`)).size).toBe(33);
  });

  test.each(Object.keys(visions))("16 heads have colours that stay apart for readers with %s", (vision) => {
    const seen = maps.slice(1, 17).map((hue) => toOklab(asSeen(hue, vision)));
    const distances = seen.flatMap((one, i) =>
      seen.slice(0, i).map((other) => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])),
    );
    // A difference of 0.02 in OKLab is about the least that is seen without looking for it.
    expect(Math.min(...distances)).toBeGreaterThan(0.025);
  });

  test("a page that names the colour of any of 16 heads gets it", () => {
    expect(palette({ ...values, "--heed-head-11": "#123456" }).maps[11]).toBe("#123456");
    expect(palette({ ...values, "--heed-head-11": "#123456" }).maps[27]).toBe("#123456");
  });
});

test("colours outside sRGB are clipped, not wrapped", () => {
  for (const channel of fromOklab([1.2, 0.4, 0.4])) {
    expect(channel).toBeGreaterThanOrEqual(0);
    expect(channel).toBeLessThanOrEqual(255);
  }
});
