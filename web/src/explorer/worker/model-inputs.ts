/** What a model is given, from what the page holds of a text or a picture. */
import type { Model } from "../../models/models";
import type { RunInput } from "./protocol";

export function inputsOf({ ids, typeIds, targetIds, pixels }: RunInput, { info }: Model) {
  const { image } = info;
  if (pixels && image) return { pixelValues: { data: pixels, shape: [1, image.channels, image.height, image.width] } };
  return {
    inputIds: ids,
    ...(typeIds && { tokenTypeIds: typeIds }),
    ...(targetIds && { decoderInputIds: targetIds }),
  };
}
