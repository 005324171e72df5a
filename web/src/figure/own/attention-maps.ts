/** From what was read to maps that can be drawn: the core computes what is not given. */
import type { Engine } from "../../compute/engine";
import { FormatError } from "../../formats/tensor";
import type { AttentionData, Projections, Shaped } from "./attention-data";
import type { AttentionSettings } from "./core-settings";
import type { ExtraScores } from "./extra-scores";
import { MapCollection } from "./map-collection";
import { tokenText } from "./token-text";

/** Bytes of weights that a figure may hold, given or computed. */
const mostBytes = 1e9;

type Core = Pick<Engine, "attention" | "describe">;

/** Rejects with EngineError, or FormatError where the maps would be too large. */
export async function attentionMaps(
  data: AttentionData,
  settings: AttentionSettings,
  engine: Core,
): Promise<MapCollection> {
  const { layers, heads, queries, keys } = sizesOf(data);
  checkSize(layers * heads, queries, keys);
  const names = namesOf(data);
  const shape = { layers, heads, queries, keys, names };
  if (!("maps" in data)) {
    const { weights, visibleKeys } = await compute(engine, data, settings);
    // Parts of the one array: all maps together may be as large as a page can hold.
    const part = (all: Float32Array, map: number, size: number) => all.subarray(map * size, (map + 1) * size);
    return new MapCollection({ ...shape, dtype: "float32", isHeld: true }, (map) =>
      engine.describe({
        weights: part(weights, map, queries * keys),
        queries,
        keys,
        visibleKeys: part(visibleKeys, map, queries),
      }),
    );
  }
  const { maps, values } = data;
  const matrix = (map: number) => scaled(maps.matrix(Math.floor(map / heads), map % heads), settings.unit);
  if (values === "weights")
    return new MapCollection({ ...shape, dtype: maps.dtype, isHeld: maps.isHeld && settings.unit === 1 }, (map) =>
      engine.describe({ weights: matrix(map), queries, keys }),
    );
  return new MapCollection({ ...shape, dtype: "float32", isHeld: false }, async (map) => {
    const { weights, visibleKeys } = await softmax(engine, matrix(map), queries, keys, settings);
    return engine.describe({ weights, queries, keys, visibleKeys });
  });
}

export function sizesOf(data: AttentionData) {
  if ("maps" in data) {
    const { layers, heads, rows, columns } = data.maps;
    return { layers, heads, queries: rows, keys: columns };
  }
  const [layers, heads, queries] = data.query.shape;
  return { layers, heads, queries, keys: data.key.shape[2] };
}

function namesOf({ queryTokens, keyTokens }: AttentionData) {
  const nameFrom = (tokens: readonly string[] | undefined) => {
    const text = tokenText(tokens ?? []);
    return (index: number) => text(tokens?.[index] ?? String(index));
  };
  return queryTokens || keyTokens ? { query: nameFrom(queryTokens), key: nameFrom(keyTokens) } : null;
}

function checkSize(maps: number, queries: number, keys: number): void {
  const bytes = 4 * maps * queries * keys;
  if (bytes > mostBytes)
    throw new FormatError(
      `${maps} maps of ${queries} × ${keys} weights need ${(bytes / 1e9).toFixed(1)} GB; the page keeps to ${mostBytes / 1e9} GB`,
    );
}

const scaled = (matrix: Float32Array, unit: number) => (unit === 1 ? matrix : matrix.map((value) => value * unit));

/** Options that are the same for scores that are given and for those that are computed. */
const masking = ({ causal, isAlignedAtEnd }: AttentionSettings, queries: number, keys: number) => ({
  causal,
  ...(causal && isAlignedAtEnd ? { queryOffset: keys - queries } : {}),
});

async function compute(
  engine: Pick<Engine, "attention">,
  { query, key, value, bias, mask }: Projections & ExtraScores,
  settings: AttentionSettings,
) {
  const inputs = { query: tensor(query), key: tensor(key), value: tensor(value) };
  const { temperature, softcap, scale } = settings;
  const result = await engine.attention(inputs, {
    ...masking(settings, query.shape[2], key.shape[2]),
    temperature,
    ...(softcap > 0 ? { softcap } : {}),
    ...(scale === undefined ? {} : { scale }),
    ...(bias ? { bias: { data: bias.data, shape: [...bias.shape] } } : {}),
    ...(mask ? { mask: { data: mask.data, shape: [...mask.shape] } } : {}),
    weights: true,
    logits: false,
  });
  if (!result.weights) throw new Error("attention returned no weights though they were asked for");
  return { weights: result.weights.data, visibleKeys: result.visibleKeys.data };
}

/** Scores that are given are a bias of scores of 0. Softcap came before them; a temperature divides them. */
async function softmax(
  engine: Pick<Engine, "attention">,
  scores: Float32Array,
  queries: number,
  keys: number,
  settings: AttentionSettings,
) {
  const column = (length: number) => ({
    data: new Float32Array(length),
    shape: [1, 1, length, 1] as [number, number, number, number],
  });
  const result = await engine.attention(
    { query: column(queries), key: column(keys), value: column(keys) },
    {
      ...masking(settings, queries, keys),
      bias: { data: scaled(scores, 1 / settings.temperature), shape: [1, 1, queries, keys] },
      weights: true,
      logits: false,
    },
  );
  if (!result.weights) throw new Error("attention returned no weights though they were asked for");
  return { weights: result.weights.data, visibleKeys: result.visibleKeys.data };
}

const tensor = ({ data, shape: [batch, heads, length, dim] }: Shaped) => ({
  data,
  shape: [batch, heads, length, dim] as [number, number, number, number],
});
