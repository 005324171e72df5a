/** What a model is given, from what the page holds of a text or a picture. */
import type { RunInput } from "./protocol";

export function inputsOf({ ids, typeIds, targetIds, pixels }: RunInput) {
  if (pixels) return { pixelValues: pixels };
  return {
    inputIds: ids,
    ...(typeIds && { tokenTypeIds: typeIds }),
    ...(targetIds && { decoderInputIds: targetIds }),
  };
}
