/** One held-out text, and how each network writes it on; tokens that are wrong are struck through. */
import { el } from "../../controls/el";
import { type Leak, ways } from "./leak-run";
import { scoredPlaces } from "./writing";

export function drawTexts(table: HTMLTableElement, leak: Leak, colors: readonly string[]): void {
  const { info, example, tracks } = leak;
  const [first = 0] = scoredPlaces(example);
  const word = (token: number) => info.vocabulary[token] ?? "?";
  const given = example.tokens.slice(0, first + 1);
  const right = example.tokens.slice(first + 1);
  const row = (name: string, color: string, ...cells: readonly Node[]) => {
    const head = el("th", { scope: "row" }, name);
    if (color) head.style.color = color;
    return el("tr", {}, head, el("td", {}, ...cells));
  };
  const letters = (tokens: readonly number[]) =>
    tokens.map((token, i) => el(token === right[i] ? "span" : "s", { class: "letter" }, word(token)));
  table.replaceChildren(
    el("caption", {}, "a held-out text, written on from its beginning"),
    el(
      "tbody",
      {},
      row(
        "given",
        "",
        el("span", { class: "letters" }, ...given.map((token) => el("span", { class: "letter" }, word(token)))),
      ),
      row("right", "", el("span", { class: "letters" }, ...letters(right))),
      ...tracks.map(({ written }, i) =>
        row(
          ways[i] ?? "",
          colors[i] ?? "",
          written ? el("span", { class: "letters" }, ...letters(written)) : document.createTextNode("not trained yet"),
        ),
      ),
    ),
  );
}
