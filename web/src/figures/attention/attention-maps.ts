/** From tensors in their roles to maps that can be drawn: the core computes what is not given. */
import type { Engine } from "../../compute/engine";
import { FormatError } from "../../formats/tensor";
import { visibleText } from "../../model/visible-text";
import type { AttentionData, Shaped } from "./attention-data";
import type { AttentionMaps } from "./attention-figure";

export interface AttentionSettings {
  readonly causal: boolean;
  readonly temperature: number;
}

/** Bytes of weights that a figure may hold, given or computed. */
const mostBytes = 1e9;

/** Weights of all layers and heads, and what each query sees where the core has said it. */
interface Weights {
  readonly weights: Shaped;
  readonly visibleKeys?: Float32Array;
}

/** Rejects with EngineError, or FormatError where the maps would be too large. */
export async function attentionMaps(
  data: AttentionData,
  settings: AttentionSettings,
  engine: Pick<Engine, "attention" | "describe">,
): Promise<AttentionMaps> {
  checkSize(data);
  const { weights, visibleKeys } =
    "weights" in data ? { weights: data.weights } : await compute(engine, data, settings);
  const [layers, heads, queries, keys] = weights.shape;
  const part = (all: Float32Array, map: number, size: number) => all.subarray(map * size, (map + 1) * size);
  // Parts of the one array: all maps together may be as large as a page can hold.
  const maps = await Promise.all(
    Array.from({ length: layers * heads }, (_, i) =>
      engine.describe({
        weights: part(weights.data, i, queries * keys),
        queries,
        keys,
        ...(visibleKeys ? { visibleKeys: part(visibleKeys, i, queries) } : {}),
      }),
    ),
  );
  const { queryTokens, keyTokens } = data;
  const nameFrom = (tokens: readonly string[] | undefined) => (index: number) =>
    visibleText(tokens?.[index] ?? String(index));
  const names = queryTokens || keyTokens ? { query: nameFrom(queryTokens), key: nameFrom(keyTokens) } : null;
  return { maps, layers, heads, names };
}

function checkSize(data: AttentionData): void {
  const [layers, heads, queries, width] = "weights" in data ? data.weights.shape : data.query.shape;
  const keys = "weights" in data ? width : data.key.shape[2];
  const bytes = 4 * layers * heads * queries * keys;
  if (bytes > mostBytes)
    throw new FormatError(
      `${layers * heads} maps of ${queries} × ${keys} weights need ${(bytes / 1e9).toFixed(1)} GB; the page keeps to ${mostBytes / 1e9} GB`,
    );
}

async function compute(
  engine: Pick<Engine, "attention">,
  { query, key, value }: Extract<AttentionData, { query: Shaped }>,
  { causal, temperature }: AttentionSettings,
): Promise<Weights> {
  const inputs = { query: tensor(query), key: tensor(key), value: tensor(value) };
  const result = await engine.attention(inputs, { causal, temperature, weights: true, logits: false });
  if (!result.weights) throw new Error("attention returned no weights though they were asked for");
  const { data, shape } = result.weights;
  return { weights: { data, shape }, visibleKeys: result.visibleKeys.data };
}

const tensor = ({ data, shape: [batch, heads, length, dim] }: Shaped) => ({
  data,
  shape: [batch, heads, length, dim] as [number, number, number, number],
});
