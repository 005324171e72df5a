/** The two circuits of a head as matrices of 2 × 2. */
import { signed } from "../../charts/format";
import type { LayerSteps } from "../../compute/lab";
import { el } from "../../controls/el";
import { headCount } from "./layer-weights";

function matrixTable(caption: readonly (string | Node)[], numbers: ArrayLike<number>): HTMLElement {
  const row = (at: number) =>
    el("tr", {}, ...[0, 1].map((i) => el("td", {}, signed(numbers[at + i] ?? Number.NaN, 2))));
  return el("table", { class: "circuit" }, el("caption", {}, ...caption), el("tbody", {}, row(0), row(2)));
}

const w = (name: string) => [el("var", {}, "W"), el("sub", {}, name)];

export function circuitsOf({ qkCircuits, ovCircuits }: LayerSteps, head: number): HTMLElement {
  const part = ({ data }: { data: Float32Array }) => data.subarray((data.length / headCount) * head);
  return el(
    "div",
    { class: "circuits" },
    matrixTable(["QK circuit ", ...w("Q"), ...w("K"), el("sup", {}, "T")], part(qkCircuits)),
    matrixTable(["OV circuit ", ...w("V"), ...w("O")], part(ovCircuits)),
  );
}
