/** What is computed and drawn of a file: maps of weights or scores, or Q, K and V, of one sequence of a batch. Pure. */

import { type Choices, readWith } from "../../formats/layouts/choices";
import { withHiddenKeys, withoutPaddedKeys } from "../../formats/layouts/hidden-keys";
import { dense, type MapSource, mapsOf, projectionsOf } from "../../formats/layouts/map-source";
import { roleOf } from "../../formats/layouts/names";
import type { AttentionSet, Part, Reading } from "../../formats/layouts/reading";
import { withScale } from "../../formats/layouts/rounding";
import { type AxisTokens, tokensOf } from "../../formats/layouts/tokens";
import { type DataFile, FormatError, inWords } from "../../formats/tensor";
import { type ExtraScores, extraScores } from "./extra-scores";
import type { ValueKind } from "./reading-state";

export interface Shaped {
  readonly data: Float32Array;
  /** (layers or examples, heads, rows, columns). */
  readonly shape: readonly [number, number, number, number];
}

export interface Projections {
  readonly query: Shaped;
  readonly key: Shaped;
  readonly value: Shaped;
}

export type AttentionData = (
  | { readonly maps: MapSource; readonly values: "weights" | "scores" }
  | (Projections & ExtraScores)
) &
  AxisTokens & {
    /** What was guessed and what does not fit, clauses for the reader. */
    readonly notes: readonly string[];
    readonly batches: number;
  };

export interface DataChoices extends Choices {
  readonly values: ValueKind;
  /** Which sequence of a batch, from 1. */
  readonly sequence: number;
}

export interface ReadData {
  readonly reading: Reading;
  readonly set: AttentionSet;
  readonly data: AttentionData;
}

/** Throws FormatError with what does not fit. */
export function attentionData(file: DataFile, choices: DataChoices): ReadData {
  const { reading, set } = readWith(file, choices);
  const { parts } = set;
  const map = parts.weights ?? parts.scores;
  const unread = (file.unread ?? []).map(({ name, why }) => `${name} is not read: ${why}`);
  const batch = choices.sequence - 1;
  const notes = [...(file.notes ?? []), ...reading.notes, ...unread];
  if (map) return { reading, set, data: dataOfMaps(map, set, file, choices, notes, batch) };
  const { query, key, value } = parts;
  if (!query || !key) throw new FormatError("neither weights nor both Q and K are chosen");
  const [q, k] = [projectionsOf(query, batch), projectionsOf(key, batch)];
  const shapedKey = shapedOf(k);
  const lengths = { queries: q.rows, keys: k.rows, batches: q.batches, batch };
  const tokens = tokensOf(set, file, lengths);
  const [extra, guessed] = extraScores(parts, { ...lengths, heads: q.heads });
  const data: AttentionData = {
    query: shapedOf(q),
    key: shapedKey,
    // The weights do not depend on V, so that K can stand in for it.
    value: value ? shapedOf(projectionsOf(value, batch)) : shapedKey,
    ...extra,
    ...tokens,
    batches: q.batches,
    notes: withProblem([...notes, ...guessed], tokens),
  };
  return { reading, set, data };
}

function dataOfMaps(
  map: Part,
  set: AttentionSet,
  file: DataFile,
  { values }: DataChoices,
  notes: readonly string[],
  batch: number,
): AttentionData {
  const [given, scaling] = withScale(mapsOf(map, set, batch), map.family, file);
  const isNamed = set.parts.weights && roleOf(map.family.id) === "weights";
  const isScores =
    values === "put through softmax" ||
    (values === "guessed" && (!set.parts.weights || (!isNamed && looksLikeScores(given))));
  const filled = withHiddenKeys(given, isScores ? Number.NEGATIVE_INFINITY : 0);
  const whole = filled ?? given;
  const hidden = filled ? ["NaN above the diagonal is read as keys that are hidden"] : [];
  const isNamedInFull = Object.values(file.labels).some(({ length }) => length === whole.columns);
  const maps = (!set.band && !set.sink && !isNamedInFull && withoutPaddedKeys(whole, isScores)) || whole;
  const cut = whole.columns - maps.columns;
  const padding =
    cut > 0 ? [`no query has weight for the last ${cut} of ${whole.columns} keys: read as padding, and left out`] : [];
  const tokens = tokensOf(set, file, { queries: maps.rows, keys: maps.columns, batches: maps.batches, batch });
  const guess =
    isScores && values === "guessed" && set.parts.weights
      ? ["there are negative numbers, so they are read as scores, of which softmax is taken"]
      : [];
  return {
    maps,
    values: isScores ? "scores" : "weights",
    ...tokens,
    batches: maps.batches,
    notes: withProblem([...notes, ...scaling, ...guess, ...hidden, ...padding], tokens),
  };
}

const withProblem = (notes: readonly string[], { problem }: AxisTokens) => [...notes, ...(problem ? [problem] : [])];

function shapedOf(source: MapSource): Shaped {
  const { layers, heads, rows, columns } = source;
  return { data: dense(source), shape: [layers, heads, rows, columns] };
}

const some = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;

/** "4 heads, 128 tokens, d_k 64". */
export function explain(data: AttentionData): string {
  if ("maps" in data) {
    const { layers, heads, rows, columns } = data.maps;
    return `${data.values}: ${some(layers, "layer")}, ${some(heads, "head")}, ${some(rows, "query", "queries")} × ${some(columns, "key")}`;
  }
  const [layers, heads, queries, width] = data.query.shape;
  const keys = data.key.shape[2];
  const lengths =
    queries === keys ? some(queries, "token") : `${some(queries, "query", "queries")}, ${some(keys, "key")}`;
  return `Q and K: ${layers > 1 ? `${some(layers, "layer")}, ` : ""}${some(heads, "head")}, ${lengths}, d_k ${width}`;
}

/** The tensors of a set, for the menu of them. */
export const shapeInWords = ({ family }: Part): string => inWords(family.tensors[0]?.shape ?? []);

/** Maps of which some rows are looked at. */
const mostChecked = 64;
const fewRows = 4;

/** Whether maps are scores before softmax: weights are never negative. */
function looksLikeScores(maps: MapSource): boolean {
  const { layers, heads } = maps;
  const count = layers * heads;
  const step = Math.max(1, Math.floor(count / mostChecked));
  for (let i = 0; i < count; i += step) {
    // Of all but the first map a part is enough.
    const rows = i === 0 ? maps.rows : fewRows;
    const matrix = maps.matrix(Math.floor(i / heads), i % heads, rows);
    if (matrix.subarray(0, rows * maps.columns).some((value) => value < 0)) return true;
  }
  return false;
}
