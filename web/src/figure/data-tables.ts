/** A figure's numbers as tables; loaded when a reader first unfolds them. */
import { exact } from "../charts/format";
import { el } from "../controls/el";
import { type DataAxis, type FigureData, labelAt } from "../model/figure-data";

/** A table that long is no longer read; the rest is in the exported data. */
const most = 32;

const nothing: DataAxis = { name: "", size: 1 };

/** One table for every place on the axes before the last two. */
export function tablesOf({ name, values, axes }: FigureData): HTMLTableElement[] {
  const [rows = nothing, columns = nothing] = axes.slice(-2);
  const size = rows.size * columns.size;
  const count = size === 0 ? 0 : Math.min(most, values.length / size);
  return Array.from({ length: count }, (_, index) => {
    const place = placeOf(axes.slice(0, -2), index);
    const at = (row: number, column: number) => values[index * size + row * columns.size + column] ?? Number.NaN;
    return tableOf([name, ...place].join(", "), rows, columns, at);
  });
}

function placeOf(axes: readonly DataAxis[], index: number): string[] {
  let rest = index;
  return [...axes]
    .reverse()
    .map((axis) => {
      const place = `${axis.name} ${labelAt(axis, rest % axis.size)}`;
      rest = Math.floor(rest / axis.size);
      return place;
    })
    .reverse();
}

function tableOf(title: string, rows: DataAxis, columns: DataAxis, at: (row: number, column: number) => number) {
  const [shownRows, shownColumns] = [Math.min(most, rows.size), Math.min(most, columns.size)];
  const part = shownRows < rows.size || shownColumns < columns.size;
  const note = part ? ` (the first ${shownRows} × ${shownColumns} of ${rows.size} × ${columns.size})` : "";
  const heads = Array.from({ length: shownColumns }, (_, column) =>
    el("th", { scope: "col" }, columns.name ? `${columns.name} ${labelAt(columns, column)}` : "value"),
  );
  const body = Array.from({ length: shownRows }, (_, row) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, labelAt(rows, row)),
      ...Array.from({ length: shownColumns }, (_, column) => {
        const value = at(row, column);
        return el("td", {}, Number.isNaN(value) ? "" : exact(Math.fround(value)));
      }),
    ),
  );
  return el(
    "table",
    { class: "weights" },
    el("caption", {}, title + note),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, rows.name), ...heads)),
    el("tbody", {}, ...body),
  );
}
