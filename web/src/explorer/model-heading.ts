/** What the page says of a model that is open: its name, its facts, and what it reads. */
import { factsOf } from "./opening/model-opener";
import type { OpenedModel } from "./worker/protocol";

/** How pictures are made to fit the model. */
function pictureHint({ info, imageProcessing }: OpenedModel): string {
  const size = `${info.image?.width} × ${info.image?.height} pixels`;
  if (!imageProcessing)
    return `made ${size}, colours as ${info.family} was trained: there is no preprocessor_config.json`;
  const { crop } = imageProcessing;
  return `made ${size}${crop ? ", the middle alone" : ""}, colours as preprocessor_config.json says`;
}

/** `part`: of the page, by its selector. */
export function showModel(part: (selector: string) => HTMLElement, name: string, opened: OpenedModel): void {
  const { info, readsText, whyNoTokenizer } = opened;
  part("#model-name").textContent = name;
  part("#model-facts").textContent = `${info.architecture} · ${factsOf(info)}`;
  const isImage = info.kind === "image";
  const isPair = info.kind === "encoder-decoder" || (info.kind === "encoder" && readsText);
  part("#text-label").textContent = isImage ? "Picture" : readsText ? "Text" : "Numbers of tokens";
  part("#text").hidden = isImage;
  part("#second-place").hidden = !isPair;
  part("#second-label").textContent =
    info.kind === "encoder"
      ? "Second text, for pairs"
      : readsText
        ? "Text of the decoder"
        : "Numbers of the decoder’s tokens";
  part("#text-place").hidden = isImage;
  part("#image-place").hidden = !isImage;
  part("#text-hint").textContent = [
    ...(readsText || isImage ? [] : [whyNoTokenizer ?? "there is no tokenizer among the files"]),
    ...(isImage ? [pictureHint(opened)] : []),
    ...(info.whyNoLogits ? [info.whyNoLogits] : []),
    ...(info.context > 0 ? [`at most ${info.context} tokens`] : []),
  ].join("; ");
}
