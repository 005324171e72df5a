import type { TrainedModelName } from "./model-address";

/** The models lie in a folder beside the scripts. Bundlers look for addresses spelled out. */
const addresses: Readonly<Record<TrainedModelName, URL>> = {
  stories: new URL("./models/stories.safetensors", import.meta.url),
  induction: new URL("./models/induction.safetensors", import.meta.url),
  reversal: new URL("./models/reversal.safetensors", import.meta.url),
};

export const modelAddress = (name: TrainedModelName): URL => addresses[name];
