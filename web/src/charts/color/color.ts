/** Colour ramps that are even in lightness: interpolation in OKLab (Ottosson, "A perceptual color space", 2020). */
import { rgb } from "d3-color";

export type Oklab = readonly [lightness: number, a: number, b: number];

const toLinear = (channel: number) => {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const fromLinear = (c: number) => 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);

/** Any CSS colour that d3-color reads; black if it is none. */
function toLinearRgb(css: string) {
  const color = rgb(css);
  return [color.r, color.g, color.b].map((c) => toLinear(Number.isNaN(c) ? 0 : c)) as [number, number, number];
}

export function toOklab(css: string): Oklab {
  const [red, green, blue] = toLinearRgb(css);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** From 1 to 21, as WCAG 2.2 defines it. */
export function contrast(one: string, other: string): number {
  const luminance = (css: string) => {
    const [red, green, blue] = toLinearRgb(css);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

export function fromOklab([lightness, a, b]: Oklab): readonly [red: number, green: number, blue: number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channel = (c: number) => Math.round(Math.min(255, Math.max(0, fromLinear(Math.max(0, c)))));
  return [
    channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

export const toHex = (lab: Oklab) =>
  `#${fromOklab(lab)
    .map((channel) => channel.toString(16).padStart(2, "0"))
    .join("")}`;

/** 256 opaque pixels from `from` to `to`, as ImageData stores them on a little-endian machine: 0xAABBGGRR. */
export function ramp(from: string, to: string): Uint32Array {
  const start = toOklab(from);
  const end = toOklab(to);
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const mix = (k: 0 | 1 | 2) => start[k] + ((end[k] - start[k]) * i) / 255;
    return pixel(fromOklab([mix(0), mix(1), mix(2)]));
  });
}

export const pixel = ([red, green, blue]: readonly [number, number, number]) =>
  ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
