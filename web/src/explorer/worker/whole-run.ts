/** All that a pass computes as one file: attention weights, hidden states, logits and ids, by the names that transformers gives them. */
import { toNumpy } from "../../figure/export/data-files";
import { writeSafetensors } from "../../formats/write-safetensors";
import type { ForwardInputs, Model } from "../../models/models";

/** More than that does not fit beside the model. */
const mostBytes = 1e9;

interface Tensor {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Rejects where it would be too large. */
export async function wholeRun(
  model: Pick<Model, "forward" | "info">,
  form: "safetensors" | "npz",
  inputs: ForwardInputs,
  signal: AbortSignal,
): Promise<Blob> {
  const { layers, heads, width, vocabulary } = model.info;
  const ids = { input_ids: inputs.inputIds, decoder_input_ids: inputs.decoderInputIds };
  const given = Object.entries(ids).flatMap(([name, list]) => (list ? [[name, Array.from(list)] as const] : []));
  const tokens = given.reduce((sum, [, list]) => sum + list.length, 0);
  const bytes = 4 * tokens * (layers * heads * tokens + (layers + 1) * width + vocabulary);
  if (bytes > mostBytes)
    throw new Error(
      `The run of ${tokens} tokens takes ${(bytes / 1e9).toFixed(1)} GB; at most ${mostBytes / 1e9} GB are saved.`,
    );
  const out = await model.forward(inputs, { attentions: true, hiddenStates: true, logits: "all", signal });
  const tensors = named(out);
  if (form === "safetensors")
    return writeSafetensors([
      ...given.map(([name, list]) => ({ name, dtype: "I32", shape: [1, list.length], data: Int32Array.from(list) })),
      ...Object.entries(tensors).map(([name, { data, shape }]) => ({ name, dtype: "F32", shape, data })),
    ]);
  for (const [name, list] of given) tensors[name] = { data: Float32Array.from(list), shape: [1, list.length] };
  const arrays = Object.entries(tensors).map(([name, { data, shape }]) => ({
    ...{ name, values: data },
    axes: shape.map((size, i) => ({ name: `axis ${i}`, size })),
  }));
  return toNumpy(arrays).bytes;
}

/** "attentions.0", "hidden_states.1", "logits": lists by their places. */
function named(out: object): Record<string, Tensor> {
  const snake = (name: string) => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(out as Record<string, Tensor | Tensor[] | undefined>).flatMap(([name, value]) =>
      Array.isArray(value)
        ? value.map((tensor, i) => [`${snake(name)}.${i}`, tensor] as const)
        : value
          ? [[snake(name), value] as const]
          : [],
    ),
  );
}
