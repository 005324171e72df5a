/** Named sources of queries, keys and values: the source experiment's, as <heed-attention experiment="…"> shows them. */
import { engine, type Tensor } from "../../compute/client";
import type { DataFile } from "../../formats/tensor";
import { parseChoice } from "../../model/fields";
import { notebookDefaults } from "../../model/notebook-state";

export const experiments = ["single-head", "multi-head"] as const;
export type Experiment = (typeof experiments)[number];

export const parseExperiment = (text: string) => parseChoice("experiment", experiments, text);

/** Seed 42, eight tokens, width 64, and four heads or one that compares whole tokens. */
export async function experimentData(experiment: Experiment): Promise<DataFile> {
  const { tokens, width: dModel, heads, seed } = notebookDefaults;
  const { x, query, key, value } = await engine.notebookTensors({ tokens, dModel, heads, seed });
  const roles = experiment === "single-head" ? { query: x, key: x, value: x } : { query, key, value };
  return { tensors: Object.entries(roles).map(([name, tensor]) => named(name, tensor)), labels: {} };
}

const named = (name: string, { data, shape }: Tensor) => ({
  name,
  shape: [...shape],
  data: new Float32Array(data),
  dtype: "float32",
});
