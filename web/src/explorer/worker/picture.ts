/** A picture as an image model takes it: resized, cut, and its colours normalised as the model's preprocessor_config.json says. */
import type { ImageProcessing, ImageShape } from "../../models/models";

/** A part of a picture, in its pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A picture of the model's size, in bytes: red, green, blue and opacity of each pixel. */
export interface SeenPicture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** What pictures become: of the size that the file names where the model takes any size, and of the model's own otherwise. */
export function shapeOfPictures(image: ImageShape, processing: ImageProcessing | undefined): ImageShape {
  const size = processing?.crop ?? processing?.resize;
  if (!image.anySize || !size || "shortestEdge" in size) return image;
  const { height, width } = size;
  return height < image.patchHeight || width < image.patchWidth ? image : { ...image, height, width };
}

/**
 * What of a picture the model sees: all of it, squeezed, or what is left after its shorter side was made to fit and its middle cut out.
 * Where the model does not take the size that the file has in mind, the part is the same, and comes in the model's size.
 */
export function partSeen(picture: { width: number; height: number }, { resize, crop }: ImageProcessing): Part {
  const { width, height } = picture;
  const across =
    resize === undefined
      ? { x: 1, y: 1 }
      : "shortestEdge" in resize
        ? { x: resize.shortestEdge / Math.min(width, height), y: resize.shortestEdge / Math.min(width, height) }
        : { x: resize.width / width, y: resize.height / height };
  const kept = crop ?? { width: width * across.x, height: height * across.y };
  const size = { width: kept.width / across.x, height: kept.height / across.y };
  return { left: (width - size.width) / 2, top: (height - size.height) / 2, ...size };
}

/** (3 × height × width) of the bytes of a canvas. */
export function normalised(rgba: ArrayLike<number>, { factor, mean, deviation }: ImageProcessing): Float32Array {
  const size = rgba.length / 4;
  return Float32Array.from({ length: 3 * size }, (_, i) => {
    const channel = Math.floor(i / size);
    const value = (rgba[(i % size) * 4 + channel] ?? 0) * factor;
    return (value - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
  });
}

/** Browsers resample in ways of their own, so that bytes may differ by a few from those of Python's library. */
export async function pictureSeen(
  picture: Blob,
  { width, height }: ImageShape,
  processing: ImageProcessing,
): Promise<SeenPicture> {
  const bitmap = await createImageBitmap(picture);
  try {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser cannot read the picture's pixels");
    const part = partSeen(bitmap, processing);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, part.left, part.top, part.width, part.height, 0, 0, width, height);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
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
