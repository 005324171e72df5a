/** The file of a model that comes with this site. */

import { EngineError } from "../../compute/errors";
import { messageOf } from "../../model/error-message";
import { modelAddress, type TrainedModelName } from "./model-address";

/** Rejects with a sentence where it cannot be had. */
export async function fetchModel(model: TrainedModelName): Promise<Uint8Array> {
  const failed = (why: unknown) =>
    new EngineError("load", `the model ${model}.safetensors could not be fetched: ${why}`);
  const response = await fetch(modelAddress(model)).catch((error: unknown) => {
    throw failed(messageOf(error));
  });
  if (!response.ok) throw failed(`the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
