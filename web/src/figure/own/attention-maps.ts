/** From what was read to maps that can be drawn: the core computes what is not given. */
import type { HeadMap } from "../../compute/client";
import type { Engine } from "../../compute/engine";
import { checkSize } from "../../formats/map-size";
import type { AttentionData, Projections, Shaped } from "./attention-data";
import type { AttentionSettings } from "./core-settings";
import type { ExtraScores } from "./extra-scores";
import { atTemperature, softmaxOf, visibleOf } from "./given-scores";
import { MapCollection } from "./map-collection";
import { tokenText } from "./token-text";

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
    const visible = visibleOfHeads(data, settings, engine);
    return new MapCollection({ ...shape, dtype: "float32", isHeld: true }, async (map) => ({
      ...(await engine.describe({
        weights: part(weights, map, queries * keys),
        queries,
        keys,
        visibleKeys: part(visibleKeys, map, queries),
      })),
      ...(await visible(map % heads)),
    }));
  }
  const { maps, values } = data;
  const matrix = (map: number) => scaled(maps.matrix(Math.floor(map / heads), map % heads), settings.unit);
  if (values === "weights")
    return new MapCollection({ ...shape, dtype: maps.dtype, isHeld: maps.isHeld && settings.unit === 1 }, (map) =>
      engine.describe({ weights: matrix(map), queries, keys }),
    );
  return new MapCollection({ ...shape, dtype: "float32", isHeld: false }, async (map) => {
    // Softcap came before them.
    const scores = await atTemperature(matrix(map), settings.temperature, engine);
    const bias = { data: scores, shape: [1, 1, queries, keys] };
    const options = masking(settings, queries, keys);
    const { weights, visibleKeys, ...visible } = await softmaxOf({ queries, keys, bias, options }, engine);
    return { ...(await engine.describe({ weights, queries, keys, visibleKeys })), ...visible };
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

type Visible = Pick<HeadMap, "visible">;

/** Which cells the bias and the mask of Q and K leave visible; heads for which they are the same share the answer. */
function visibleOfHeads(data: Projections & ExtraScores, settings: AttentionSettings, engine: Core) {
  const { bias, mask } = data;
  const [queries, keys] = [data.query.shape[2], data.key.shape[2]];
  const options = masking(settings, queries, keys);
  const count = Math.max(bias?.shape[1] ?? 1, mask?.shape[1] ?? 1);
  const known = new Map<number, Promise<Visible>>();
  return (head: number): Promise<Visible> | Visible => {
    if (!bias && !mask) return {};
    const place = head % count;
    const own = { ...(bias && { bias: ofHead(bias, place) }), ...(mask && { mask: ofHead(mask, place) }) };
    const visible = known.get(place) ?? visibleOf({ queries, keys, options, ...own }, engine);
    known.set(place, visible);
    // What was aborted, or failed, is asked for anew.
    visible.catch(() => known.delete(place));
    return visible;
  };
}

/** What is added to scores, or hides keys, of one head. */
function ofHead<Data extends Float32Array | Uint8Array>(
  { data, shape: [, heads = 1, rows = 1, columns = 1] }: { readonly data: Data; readonly shape: readonly number[] },
  head: number,
) {
  const at = heads === 1 ? 0 : head * rows * columns;
  return { data: data.subarray(at, at + rows * columns) as Data, shape: [1, 1, rows, columns] };
}

const tensor = ({ data, shape: [batch, heads, length, dim] }: Shaped) => ({
  data,
  shape: [batch, heads, length, dim] as [number, number, number, number],
});
