/** The figure's numbers as tables, for everyone and for screen readers. */
import { select } from "d3-selection";
import { mapName } from "../../charts/color/palette";
import { statistic4, weight3 } from "../../charts/format";
import type { HeadMap } from "../../compute/client";

const columns: readonly { readonly name: string; readonly value: (map: HeadMap) => number }[] = [
  { name: "mean weight", value: (map) => map.meanWeight },
  { name: "max weight", value: (map) => map.maxWeight },
  { name: "min weight", value: (map) => map.minWeight },
  { name: "mean entropy", value: (map) => map.meanEntropy },
];

/** One row per map (the single head first), to 4 decimals; rows are there, empty, before their numbers. */
export function drawStatistics(
  table: HTMLTableElement,
  maps: readonly (HeadMap | null)[],
  colors: readonly string[],
): void {
  const root = select(table);
  root
    .selectAll("thead")
    .data([null])
    .join("thead")
    .selectAll("tr")
    .data([null])
    .join("tr")
    .selectAll("th")
    .data(["map", ...columns.map(({ name }) => name)])
    .join("th")
    .attr("scope", "col")
    .text((name) => name);
  const rows = root
    .selectAll("tbody")
    .data([null])
    .join("tbody")
    .selectAll<HTMLTableRowElement, HeadMap | null>("tr")
    .data(maps)
    .join("tr");
  rows
    .selectAll("th")
    .data((_, index) => [index])
    .join("th")
    .attr("scope", "row")
    .style("color", (index) => colors[index] ?? null)
    .text(mapName);
  rows
    .selectAll("td")
    .data((map) => columns.map(({ value }) => (map ? statistic4(value(map)) : "")))
    .join("td")
    .text((text) => text);
}

const most = 16;

/** The part of an axis that the table shows: all of it, or 16 tokens around the one in focus. */
export function tableWindow(count: number, focus: number): { from: number; to: number } {
  const from = Math.max(0, Math.min(count - most, focus - most / 2));
  return { from, to: Math.min(count, from + most) };
}

/** The weights of one map to 3 decimals, like the notebook prints them: masked cells are a bare 0. */
export function drawWeights(
  table: HTMLTableElement,
  map: HeadMap,
  name: string,
  focus: { query: number; key: number },
): void {
  const rows = tableWindow(map.queries, focus.query);
  const across = tableWindow(map.keys, focus.key);
  const part = rows.to - rows.from < map.queries || across.to - across.from < map.keys;
  const range = part
    ? `, queries ${rows.from} to ${rows.to - 1} and keys ${across.from} to ${across.to - 1} of ${map.keys}, around the cell in focus`
    : "";
  const root = select(table);
  const sequence = ({ from, to }: { from: number; to: number }) =>
    Array.from({ length: to - from }, (_, i) => from + i);
  root
    .selectAll("caption")
    .data([null])
    .join("caption")
    .text(`Weights of ${name}${range}. Rows are queries, columns are keys.`);
  root
    .selectAll("thead")
    .data([null])
    .join("thead")
    .selectAll("tr")
    .data([null])
    .join("tr")
    .selectAll("th")
    .data(["query \\ key", ...sequence(across)])
    .join("th")
    .attr("scope", "col")
    .text(String);
  const bodyRows = root
    .selectAll("tbody")
    .data([null])
    .join("tbody")
    .selectAll<HTMLTableRowElement, number>("tr")
    .data(sequence(rows))
    .join("tr");
  bodyRows
    .selectAll("th")
    .data((query) => [query])
    .join("th")
    .attr("scope", "row")
    .text(String);
  bodyRows
    .selectAll("td")
    .data((query) =>
      sequence(across).map((key) =>
        key < (map.visibleKeys[query] ?? 0) ? weight3(map.weights[query * map.keys + key] ?? 0) : null,
      ),
    )
    .join("td")
    .classed("masked", (text) => text === null)
    .text((text) => text ?? "0");
}
