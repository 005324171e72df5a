/** Families in their roles, with their axes. */
import { axesOfMap, axesOfProjection } from "./axes";
import { commonShape } from "./families";
import { looksTransposed } from "./looks";
import { hasPositionsFirst, wordsOf } from "./names";
import {
  type AttentionSet,
  type Axis,
  type Context,
  defaultTokens,
  type Family,
  type Part,
  type Role,
} from "./reading";

/** What the tensors of a family are the parts of, by their names and shape. */
function listedOf({ id, tensors }: Family): Part["listed"] {
  const isMatrix = tensors.every(({ shape }) => shape.length === 2);
  const isNamed = /(^|_)head$/.test(wordsOf(id.slice(0, id.lastIndexOf("#") + 1)));
  return tensors.length > 1 && isMatrix && (isNamed || id.split("#").length > 2) ? "head" : "layer";
}

export function mapPart(family: Family, tokens?: number): Part {
  const listed = listedOf(family);
  const isListed = family.tensors.length > 1;
  const [first] = family.tensors;
  const axes = axesOfMap(first?.shape ?? [], tokens, isListed);
  const isTransposed = first && axes.at(-2) === "query" && looksTransposed(first);
  return { family, listed, axes: isTransposed ? [...axes.slice(0, -2), "key", "query"] : axes };
}

function projectionPart(family: Family, position: "query" | "key", tokens?: number, other?: Family): Part {
  const axes = axesOfProjection({
    shape: family.tensors[0]?.shape ?? [],
    tokens,
    isPositionFirst: hasPositionsFirst(family.id),
    position,
    isListed: family.tensors.length > 1,
    other: other?.tensors[0]?.shape,
  });
  return { family, listed: listedOf(family), axes };
}

/** Each chosen family with its axes; mask and bias are broadcast as they are. */
export function partsOf(chosen: Partial<Record<Role, Family>>, tokens?: number): AttentionSet["parts"] {
  const { query, key } = chosen;
  const parts: Partial<Record<Role, Part>> = {};
  for (const [role, family] of Object.entries(chosen) as [Role, Family][]) {
    if (role === "weights" || role === "scores") parts[role] = mapPart(family, tokens);
    else if (role === "query") parts.query = projectionPart(family, "query", tokens, key);
    else if (role === "key" || role === "value") parts[role] = projectionPart(family, "key", tokens, query);
    else parts[role] = { family, listed: "layer", axes: [] };
  }
  return parts;
}

export const setOf = (
  chosen: Partial<Record<Role, Family>>,
  { tokens }: Pick<Context, "tokens">,
  name = "",
  texts: Partial<Pick<AttentionSet, "queryTokens" | "keyTokens">> = {},
): AttentionSet => ({ name, parts: partsOf(chosen, tokens), ...defaultTokens, ...texts });

/** Whether a family can be maps: its shape is the same everywhere and square where queries and keys are. */
export function isSquare(family: Family, tokens?: number): boolean {
  const shape = commonShape(family);
  if (!shape || shape.length < 2) return false;
  const axes = axesOfMap(shape, tokens, family.tensors.length > 1);
  return shape[axes.indexOf("query")] === shape[axes.indexOf("key")];
}

export const lengthOf = ({ family, axes }: Part, axis: Axis): number => {
  const [first] = family.tensors;
  return axes.reduce((product, name, i) => (name === axis ? product * (first?.shape[i] ?? 1) : product), 1);
};
