import { readJson, textOfFile } from "./json-file";

/** Both sides of a picture, in pixels. */
export interface ImageSize {
  /** From top to bottom. */
  readonly height: number;
  /** From left to right. */
  readonly width: number;
}

/** That the shorter side becomes so long, and the other in proportion. */
export interface ShortestEdge {
  /** In pixels. */
  readonly shortestEdge: number;
}

/** How a picture becomes the numbers that a model takes, as its preprocessor_config.json says: in this order. */
export interface ImageProcessing {
  /** To a height and a width, or so that the shorter side has that length; undefined: it is left as it is. */
  readonly resize?: ImageSize | ShortestEdge;
  /** What is kept of it, from its middle; undefined: all. */
  readonly crop?: ImageSize;
  /** What bytes, from 0 to 255, are multiplied by. */
  readonly factor: number;
  /** Taken off each channel then. */
  readonly mean: readonly number[];
  /** What each channel is divided by then. */
  readonly deviation: readonly number[];
}

export const imageProcessingFile = "preprocessor_config.json";

/** Pictures of more than so many pixels along a side are read as nothing but a mistake. */
const largest = 8192;
const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const half = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] };

/** Of a model that came without that file: as its family's own processor has it by default. */
export const usualProcessing = (family: string, height: number, width: number): ImageProcessing => ({
  resize: { height, width },
  factor: 1 / 255,
  ...(family.startsWith("dinov2") ? imageNet : half),
});

/** Of the file's bytes. Throws an `Error` that names the field and its value where one makes no sense. */
export function imageProcessingOf(bytes: Uint8Array): ImageProcessing {
  const json = readJson(imageProcessingFile, textOfFile(imageProcessingFile, bytes));
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new Error(`${imageProcessingFile} is no object`);
  const fields = json as Readonly<Record<string, unknown>>;
  // What is not said is as the processors of ViT and DINOv2 have it.
  const isOn = (name: string, otherwise: boolean) => {
    const value = fields[name] ?? otherwise;
    if (typeof value !== "boolean") throw wrong(name, value, "true or false");
    return value;
  };
  const resize = isOn("do_resize", true) ? sizeOf("size", fields.size) : undefined;
  const crop = isOn("do_center_crop", false) ? sizeOf("crop_size", fields.crop_size) : undefined;
  if (crop && "shortestEdge" in crop) throw wrong("crop_size", fields.crop_size, "a height and a width");
  const isNormalised = isOn("do_normalize", true);
  return {
    ...(resize && { resize }),
    ...(crop && { crop }),
    factor: isOn("do_rescale", true) ? numberOf("rescale_factor", fields.rescale_factor ?? 1 / 255) : 1,
    mean: isNormalised ? channelsOf("image_mean", fields.image_mean ?? half.mean) : [0, 0, 0],
    deviation: isNormalised ? channelsOf("image_std", fields.image_std ?? half.deviation) : [1, 1, 1],
  };
}

function wrong(name: string, value: unknown, expected: string): Error {
  const shown = JSON.stringify(value)?.slice(0, 80) ?? String(value);
  return new Error(`${imageProcessingFile}: ${name} is ${shown}; it must be ${expected}`);
}

/** 224, { height, width } or { shortest_edge }. */
function sizeOf(name: string, value: unknown): NonNullable<ImageProcessing["resize"]> {
  const side = (number: unknown) => {
    if (typeof number !== "number" || !Number.isInteger(number) || number < 1 || number > largest)
      throw wrong(name, value, `of whole numbers from 1 to ${largest}`);
    return number;
  };
  if (typeof value === "number") return { height: side(value), width: side(value) };
  if (typeof value !== "object" || value === null) throw wrong(name, value, "a number or an object");
  const { height, width, shortest_edge: shortest } = value as Readonly<Record<string, unknown>>;
  return shortest === undefined ? { height: side(height), width: side(width) } : { shortestEdge: side(shortest) };
}

function numberOf(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(name, value, "a number");
  return value;
}

function channelsOf(name: string, value: unknown): number[] {
  const isGood = (each: unknown) =>
    typeof each === "number" && Number.isFinite(each) && (name !== "image_std" || each !== 0);
  if (!Array.isArray(value) || value.length !== 3 || !value.every(isGood))
    throw wrong(name, value, `three numbers${name === "image_std" ? " that are not 0" : ""}`);
  return value as number[];
}
