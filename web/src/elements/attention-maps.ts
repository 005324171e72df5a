/** From tensors in their roles to maps that can be drawn: the core computes what is not given. */
import { engine } from "../engine/client";
import { FormatError } from "../formats/tensor";
import type { AttentionData, Shaped } from "../state/attention-data";
import { visibleText } from "../state/visible-text";
import type { AttentionMaps } from "./attention-figure";

export interface AttentionSettings {
  readonly causal: boolean;
  readonly temperature: number;
}

/** Bytes of weights that a figure may hold. */
const mostBytes = 1e9;

/** Rejects with EngineError, or FormatError where the maps would be too large. */
export async function attentionMaps(data: AttentionData, settings: AttentionSettings): Promise<AttentionMaps> {
  const { data: weights, shape } = "weights" in data ? data.weights : await compute(data, settings);
  const [layers, heads, queries, keys] = shape;
  const size = queries * keys;
  const maps = await Promise.all(
    Array.from({ length: layers * heads }, (_, i) =>
      engine.describe({ weights: weights.slice(i * size, (i + 1) * size), queries, keys }),
    ),
  );
  const { queryTokens, keyTokens } = data;
  const nameFrom = (tokens: readonly string[] | undefined) => (index: number) =>
    visibleText(tokens?.[index] ?? String(index));
  const names = queryTokens || keyTokens ? { query: nameFrom(queryTokens), key: nameFrom(keyTokens) } : null;
  return { maps, layers, heads, names };
}

async function compute(
  { query, key, value }: Extract<AttentionData, { query: Shaped }>,
  { causal, temperature }: AttentionSettings,
): Promise<Shaped> {
  const [batch, heads, queries] = query.shape;
  const keys = key.shape[2];
  const bytes = 4 * batch * heads * queries * keys;
  if (bytes > mostBytes)
    throw new FormatError(
      `${batch * heads} maps of ${queries} × ${keys} weights need ${(bytes / 1e9).toFixed(1)} GB; the page keeps to ${mostBytes / 1e9} GB`,
    );
  const inputs = { query: tensor(query), key: tensor(key), value: tensor(value) };
  const { weights } = await engine.attention(inputs, { causal, temperature, weights: true, logits: false });
  if (!weights) throw new Error("attention returned no weights though they were asked for");
  return { data: weights.data, shape: [batch, heads, queries, keys] };
}

const tensor = ({ data, shape: [batch, heads, length, dim] }: Shaped) => ({
  data,
  shape: [batch, heads, length, dim] as [number, number, number, number],
});
