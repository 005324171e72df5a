/** The largest numbers of a query's row. */
import { isVisible } from "../../../charts/heatmap/raster";
import { el } from "../../../controls/el";
import { largestFirst } from "../../../figure/maps/token-shares";
import { namesOf, type Place, quoted, type Scene } from "../../scene";
import { shareBar } from "../share-bar";
import { type HeadCells, innerPlace } from "./head-cells";
import { textOf } from "./head-words";

/** Keys that are listed. */
const listed = 6;

export class QueryRow {
  readonly element: HTMLElement;
  private readonly title = el("h3", {});
  private readonly list = el("ol", { class: "row-weights" });

  constructor() {
    this.element = el("div", {}, this.title, this.list);
  }

  /** Without cells, or of a query that is not in them, it is empty. */
  show(scene: Scene, cells: HeadCells | null, place: Place): void {
    const inner = cells && innerPlace(cells, place);
    this.title.textContent = `The query’s row, ${inner && cells.isSigned ? "furthest from 0" : "largest"} first`;
    this.list.replaceChildren(...(inner ? rowOf(scene, cells, inner.query, place.key) : []));
  }
}

function rowOf(scene: Scene, cells: HeadCells, row: number, chosenKey: number | null): HTMLElement[] {
  const { keys } = namesOf(scene);
  const values = cells.weights.subarray(row * cells.keys, (row + 1) * cells.keys);
  const sizes = cells.isSigned ? values.map(Math.abs) : values;
  const most = largestFirst(sizes, listed).filter((i) => isVisible(cells, row, i));
  const largest = sizes[most[0] ?? 0] || 1;
  return most.map((i) => {
    const at = i + cells.firstKey;
    const item = el(
      "li",
      {},
      el("span", { class: "name" }, `${at} ${quoted(keys[at])}`),
      shareBar((sizes[i] as number) / largest),
      el("span", { class: "number" }, textOf(cells, values[i] as number)),
    );
    item.classList.toggle("key", at === chosenKey);
    return item;
  });
}
