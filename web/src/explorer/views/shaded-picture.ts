/** A picture, and over it a shade that is dark where a patch has little. */
import { sharesOf } from "../../figure/maps/token-shares";
import type { ImageShape } from "../../models/models";
import type { SeenPicture } from "../worker/picture";

/** Columns and rows of patches. */
export const gridOf = ({ width, height, patchWidth, patchHeight }: ImageShape): [number, number] => [
  Math.floor(width / patchWidth),
  Math.floor(height / patchHeight),
];

/** Nothing where there is none. */
export function drawPicture(canvas: HTMLCanvasElement, picture: SeenPicture | undefined): void {
  canvas.width = picture?.width ?? 0;
  canvas.height = picture?.height ?? 0;
  if (picture) canvas.getContext("2d")?.putImageData(new ImageData(picture.rgba, picture.width, picture.height), 0, 0);
}

/** `values`: of the class token, which has no place in the picture, and of each patch; up to the largest of these. */
export function drawShade(canvas: HTMLCanvasElement, image: ImageShape, values: Float32Array): void {
  const [columns, rows] = gridOf(image);
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context) return;
  const data = context.createImageData(columns, rows);
  for (const [i, share] of sharesOf(values.subarray(1)).entries())
    data.data.set([0, 0, 0, Math.round(230 * (1 - share))], i * 4);
  context.putImageData(data, 0, 0);
}
