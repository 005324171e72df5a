/** A picture as an image model takes it: resized to the model's size, its colours normalised. */
import type { ImageShape } from "../../models/models";

/** Mean and standard deviation of each channel, of colours from 0 to 1. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const half: Normalisation = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };
const imageNet: Normalisation = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** As the family was trained. */
export const normalisationOf = (family: string): Normalisation => (family.startsWith("dinov2") ? imageNet : half);

/** (3 × height × width) of the bytes of a canvas. */
export function normalised(rgba: ArrayLike<number>, { mean, deviation }: Normalisation): Float32Array {
  const size = rgba.length / 4;
  return Float32Array.from({ length: 3 * size }, (_, i) => {
    const channel = Math.floor(i / size);
    const value = (rgba[(i % size) * 4 + channel] ?? 0) / 255;
    return (value - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
  });
}

export async function pixelsOf(picture: Blob, { width, height }: ImageShape, family: string): Promise<Float32Array> {
  const bitmap = await createImageBitmap(picture, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("this browser cannot read the picture's pixels");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return normalised(context.getImageData(0, 0, width, height).data, normalisationOf(family));
}

/** "class token", then "patch 1, 1" and so on, by row and column. */
export function patchNames({ width, height, patchWidth, patchHeight }: ImageShape): string[] {
  const columns = Math.floor(width / patchWidth);
  const rows = Math.floor(height / patchHeight);
  const patches = Array.from(
    { length: rows * columns },
    (_, i) => ` patch ${Math.floor(i / columns) + 1}, ${(i % columns) + 1}`,
  );
  return ["class token", ...patches];
}
