export type TrainedModelName = "stories" | "induction" | "reversal";

/** Where a trained model lies: in the folder models beside the page, so that a site works from any folder. */
export const modelAddress = (name: TrainedModelName): URL => new URL(`./models/${name}.safetensors`, document.baseURI);
