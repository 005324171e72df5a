/** A run with what the reader changed: heads and pairs switched off, tokens replaced, hidden states taken from another text. */
import type { Interventions, Model, Patch, Run } from "../../models/models";
import { inputsOf } from "./model-inputs";
import type { Changes, RunInput } from "./protocol";

interface Options {
  readonly changes: Changes | undefined;
  /** The text that patched states are taken from. */
  readonly other: RunInput | undefined;
  readonly signal: AbortSignal;
}

export async function runWithChanges(model: Model, input: RunInput, { changes, other, signal }: Options): Promise<Run> {
  const ids = input.ids.map((id, i) => changes?.replace.find(({ position }) => position === i)?.id ?? id);
  const interventions = changes ? await interventionsOf(model, changes, other) : {};
  return model.run(inputsOf({ ...input, ids }), { signal, interventions });
}

async function interventionsOf(model: Model, changes: Changes, other: RunInput | undefined): Promise<Interventions> {
  const interventions: Interventions = {
    ablate: changes.ablate.map((each) => ({ ...each })) as NonNullable<Interventions["ablate"]>,
    mask: changes.mask.map((each) => ({ ...each })) as NonNullable<Interventions["mask"]>,
  };
  if (changes.patch.length === 0) return interventions;
  if (!other) throw new Error("there is no other text that hidden states could be taken from");
  const from = await model.forward(inputsOf(other), { hiddenStates: true, logits: "none" });
  return { ...interventions, patch: changes.patch.map((each): Patch => ({ ...each, from })) };
}
