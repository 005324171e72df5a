import type { Ablation, CoreInterventions, ForwardResult, MaskedPair, ModelInfo } from "../compute/core/heed-models.js";
import { checkNames } from "./check-names";

/** Changes to what a model computes, to see what depends on what. */
export interface Interventions {
  /** Heads whose output is zero. */
  ablate?: Ablation[];
  /** Query-key pairs that are hidden. */
  mask?: MaskedPair[];
  /** Hidden states taken from another run. */
  patch?: Patch | Patch[];
}

/** The hidden state of one position before a layer, taken from another run that returned its hidden states. */
export interface Patch {
  /** The layer that it enters. */
  layer: number;
  /** Of the token, in both runs. */
  position: number;
  /** What that run returned. */
  from: ForwardResult;
  /** Which stack of an encoder-decoder; the decoder by default. */
  kind?: "encoder" | "decoder";
}

/** As the core takes them: with the values in place of the run that they come from. */
export function coreInterventions({ patch, ...others }: Interventions, info: ModelInfo): CoreInterventions {
  if (patch === undefined || patch === null) return others;
  const patches = Array.isArray(patch) ? patch : [patch];
  return { ...others, patch: patches.map((each, i) => corePatch(each, `patch[${i}]`, info)) };
}

function corePatch(patch: Patch, name: string, info: ModelInfo) {
  if (typeof patch !== "object" || patch === null) throw new Error(`${name} is ${patch}; it must be an object`);
  checkNames(patch, name, ["layer", "position", "from", "kind"]);
  const { layer, position, from, kind } = patch;
  if (kind !== undefined && kind !== "encoder" && kind !== "decoder")
    throw new Error(`${name}.kind is ${kind}; it must be "encoder" or "decoder"`);
  const states =
    info.kind !== "encoder-decoder"
      ? from?.hiddenStates
      : kind === "encoder"
        ? from?.encoderHiddenStates
        : from?.decoderHiddenStates;
  if (!states) throw new Error(`${name}.from has no hidden states; run forward with hiddenStates: true`);
  // The last of them may have passed the final norm already.
  const layers = states.length - 1;
  const state = layer < layers ? states[layer] : undefined;
  if (!state) throw new Error(`${name}.layer is ${layer}; it must be from 0 to ${layers - 1}`);
  const [, positions = 0, width = 0] = state.shape;
  if (!(Number.isInteger(position) && position >= 0 && position < positions))
    throw new Error(`${name}.position is ${position}; the run that it is from has ${positions} positions`);
  const values = state.data.slice(position * width, (position + 1) * width);
  return { layer, position, values, ...(kind && { kind }) };
}
