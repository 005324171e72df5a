/** The layouts that are known, each with what recognises it; the first that does is the reading. */
import { type DataFile, FormatError, inWords } from "../tensor";
import { couldBeSwapped, isUnsure } from "./axes";
import { banded } from "./banded";
import { bertViz } from "./bertviz";
import { byName } from "./by-name";
import { byShape, numberedLayers } from "./by-shape";
import { encoderDecoder, encoderDecoderByShape } from "./encoder-decoder";
import { familiesOf, nameOfFamily } from "./families";
import { growingSteps } from "./growing-steps";
import { looksLikeWeights } from "./looks";
import { hasPositionsFirst, roleOf } from "./names";
import { refuseOthers } from "./not-attention";
import { lengthOf } from "./parts";
import type { AttentionSet, Context, Part, Reading } from "./reading";
import { withSink } from "./sink";

type Layout = readonly [name: string, read: (context: Context) => readonly AttentionSet[] | undefined];

const layouts: readonly Layout[] = [
  ["BertViz", bertViz],
  ["steps of generate", growingSteps],
  ["encoder and decoder", encoderDecoder],
  ["a band of keys", banded],
  ["names", byName],
  ["encoder and decoder by shape", encoderDecoderByShape],
  ["numbered layers", numberedLayers],
  ["shapes", byShape],
];

/** Throws FormatError where the file holds no attention, with what it holds. */
export function readLayout(file: DataFile): Reading {
  const context = contextOf(file);
  for (const [layout, read] of layouts) {
    // What is something else is refused once no layout with names of its own has recognised it.
    if (read === byName) refuseOthers(context);
    const sets = read(context);
    if (!sets) continue;
    const complete = sets.map((set) => withSink(set, file));
    return {
      layout,
      sets: complete,
      notes: [...notesOf(complete, context), ...readAs(layout, complete), ...notShown(complete, context)],
    };
  }
  const [tensor] = file.tensors;
  throw new FormatError(
    tensor
      ? `${tensor.name} has a shape ${inWords(tensor.shape)}${tensor.shape.includes(0) ? ", which holds nothing" : "; a matrix of at least two axes is needed"}`
      : "it holds no array of numbers",
  );
}

export function contextOf(file: DataFile): Context {
  const named = ["tokens", "queryTokens", "keyTokens", "query_tokens", "key_tokens"].find((name) => file.labels[name]);
  const lists = named ? file.labels[named] : Object.values(file.labels)[0];
  return { file, families: familiesOf(file.tensors), tokens: lists?.length };
}

/** What was guessed, where it is more than the names say. */
function notesOf(sets: readonly AttentionSet[], { tokens }: Context): string[] {
  const notes = sets.flatMap(({ name, parts, band, sink }) => {
    const of = name ? ` (${name})` : "";
    return [
      ...Object.values(parts).flatMap((part) => noteOf(part, of)),
      ...(band
        ? [
            `the columns are read as a band: ${band.before} keys before each query, ${band.before} after it${band.global ? `, and ${band.global} of all` : ""}`,
          ]
        : []),
      ...(sink ? ["the last column is read as a sink, which is no token"] : []),
      ...unsureOf(parts, tokens),
    ];
  });
  return [...new Set(notes)];
}

/** Names that say nothing, and are read as Q and K by their shapes. */
function readAs(layout: string, [set]: readonly AttentionSet[]): string[] {
  const { query, key, value } = set?.parts ?? {};
  if (layout !== "shapes" || !query || !key) return [];
  const last = value ? ` and ${value.family.id} as V` : "";
  return [`${query.family.id} is read as Q, ${key.family.id} as K${last}`];
}

/** Maps that are in the file and in no set. */
function notShown(sets: readonly AttentionSet[], { families }: Context): string[] {
  const shown = new Set(sets.flatMap(({ parts }) => Object.values(parts).flatMap(({ family }) => family.tensors)));
  const rest = families
    .filter(({ id }) => [undefined, "weights"].includes(roleOf(id)))
    .flatMap(({ tensors }) =>
      tensors.filter((tensor) => tensor.shape.length > 1 && !shown.has(tensor) && looksLikeWeights(tensor)),
    );
  const [first, ...more] = rest;
  if (!first) return [];
  return [
    `${first.name} ${inWords(first.shape)}${more.length > 0 ? ` and ${more.length} more look` : " looks"} like weights too, and can be chosen`,
  ];
}

function noteOf(part: Part, of: string): string[] {
  const { family, listed } = part;
  if (family.tensors.length > 1) {
    const what = listed === "step" ? "the steps of a generation" : `${listed}s`;
    return [`${nameOfFamily(family)} are read as ${what}${of}`];
  }
  return [];
}

function unsureOf(parts: AttentionSet["parts"], tokens: number | undefined): string[] {
  const map = parts.weights ?? parts.scores;
  const notes: string[] = [];
  if (map && map.axes.at(-1) === "query")
    notes.push("every column has the sum 1, and rows have not, so columns are read as queries");
  const shapeOf = (part: Part) => part.family.tensors[0]?.shape ?? [];
  if (map && isUnsure(shapeOf(map), map.axes))
    notes.push(
      `which axis of ${map.family.tensors[0]?.name} ${inWords(shapeOf(map))} is the batch is a guess: ${lengthOf(map, "layer")} layers, a batch of ${lengthOf(map, "batch")}`,
    );
  const { query } = parts;
  if (!map && query) {
    const at = query.axes.indexOf("query");
    const isFirst = query.axes[at + 1] === "head";
    if (isFirst) notes.push("positions come before heads");
    else if (couldBeSwapped(shapeOf(query), tokens) && !hasPositionsFirst(query.family.id))
      notes.push("nothing tells positions from heads, and the axes can be swapped");
  }
  return notes;
}
