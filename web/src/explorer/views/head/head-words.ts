/** The numbers of a head's map, in words. Pure. */
import { exact, reading, signed } from "../../../charts/format";
import { isVisible } from "../../../charts/heatmap/raster";
import type { HeadWeights } from "../../../models/models";
import { namesOf, type Place, quoted, type Scene } from "../../scene";
import type { CellValue, ExplorerState } from "../../state";
import { type HeadCells, innerPlace, isLogit } from "./head-cells";

/** What the numbers of a map are called. */
export const valueWords: Readonly<Record<CellValue, string>> = {
  weight: "attention weight",
  "without first key": "share of what does not go to the first key",
  product: "product q · k",
  logit: "scaled logit",
  "masked logit": "masked logit",
  "weighted norm": "weight × norm of the transformed value",
};

/** "attentions[0][0, 3] in transformers" */
export function transformersName({ layer, head, kind }: ExplorerState): string {
  const list = kind === "encoder" ? "encoder_attentions" : kind === "cross" ? "cross_attentions" : "attentions";
  return `${list}[${layer}][0, ${head}] in transformers`;
}

/** What the numbers of the map are. */
export const wordsOf = ({ value, comparison, head }: ExplorerState) => {
  const words = head === null ? valueWords.weight : valueWords[value];
  if (comparison === "difference") return "attention weight with the changes less that without";
  return comparison === "as it is" ? words : `${valueWords.weight} with the changes`;
};

/** A number of these cells. */
export const textOf = (cells: HeadCells, value: number) => (cells.isSigned ? signed(value, 3) : reading(value));

/** What the cell in focus holds. */
export function sentenceOf(scene: Scene, head: HeadWeights, cells: HeadCells, { query, key }: Place): string {
  const { queries, keys } = namesOf(scene);
  const { state, changedHead } = scene;
  const from = `Query ${query} ${quoted(queries[query])}`;
  const inner = innerPlace(cells, { query, key });
  if (inner?.key == null)
    return `${from} sees ${head.visibleKeys[query] ?? 0} keys. Point at a cell, or move with the arrow keys.`;
  const to = `key ${key} ${quoted(keys[key ?? 0])}`;
  if (!isVisible(cells, inner.query, inner.key)) return `${from} may not see ${to}.`;
  const value = cells.weights[inner.query * cells.keys + inner.key] ?? 0;
  const at = query * head.keys + (key ?? 0);
  if (state.comparison === "difference")
    return `${from} gives ${to} a weight of ${reading(head.weights[at] ?? 0)} as it is and of ${reading(changedHead?.weights[at] ?? 0)} with the changes.`;
  if (state.comparison === "as it is" && state.head !== null && isLogit(state.value)) {
    const seen = isVisible(head, query, key ?? 0) ? "" : "; the mask hides it";
    return `${from} and ${to} have a ${valueWords[state.value]} of ${signed(value, 3)}${seen}.`;
  }
  if (state.comparison === "as it is" && state.head !== null && state.value === "weighted norm")
    return `What query ${query} ${quoted(queries[query])} takes from ${to} has a norm of ${reading(value)}.`;
  return `${from} gives ${to} a weight of ${reading(value)}${state.value === "without first key" ? ", of what does not go to the first key" : ""}.`;
}

/** With all its digits, and the entropy of its row. */
export function exactOf(scene: Scene, head: HeadWeights, cells: HeadCells, { query, key }: Place): string {
  const shown = scene.state.comparison === "with the changes" ? (scene.changedHead ?? head) : head;
  const entropy = `entropy of the query ${exact(shown.entropy[query] ?? 0)} nats over ${shown.visibleKeys[query] ?? 0} visible keys`;
  const inner = innerPlace(cells, { query, key });
  if (inner?.key == null || !isVisible(cells, inner.query, inner.key)) return entropy;
  const { state, changedHead } = scene;
  if (state.comparison === "difference") {
    const at = query * head.keys + (key ?? 0);
    return `weight ${exact(head.weights[at] ?? 0)} as it is, ${exact(changedHead?.weights[at] ?? 0)} with the changes`;
  }
  const value = exact(cells.weights[inner.query * cells.keys + inner.key] ?? 0).replace("-", "−");
  const isWeight = state.comparison !== "as it is" || state.head === null || state.value === "weight";
  return `${isWeight ? "weight" : valueWords[state.value]} ${value} · ${entropy}`;
}
