/**
 * Tokens twice, side by side, with a line from each query to the keys that it looks at, as wide and dark as its weight.
 * The left column are buttons that choose queries; what the chosen ones give stands beside the right column in numbers. The right
 * column are buttons that hide keys.
 */
import { select } from "d3-selection";
import { reading } from "../../charts/format";

export interface AttentionLinesData {
  readonly tokens: readonly string[];
  /** Row-major, queries × keys. */
  readonly weights: Float32Array;
  /** Queries whose lines are drawn. */
  readonly chosen: readonly number[];
  /** Those that the reader chose. */
  readonly pressed: readonly number[];
  /** Keys that no query sees. */
  readonly hidden: readonly number[];
  /** What each key gets from the chosen queries. */
  readonly received: Float32Array;
}

export interface AttentionLinesEvents {
  readonly preview: (query: number | null) => void;
  readonly toggle: (query: number) => void;
  readonly hide: (key: number) => void;
}

/** Lines of less are not drawn: they could not be seen. */
const leastWeight = 0.01;

export class AttentionLines {
  readonly element = document.createElement("div");
  private readonly queries = document.createElement("ol");
  private readonly lines = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly keys = document.createElement("ol");
  private buttons: HTMLButtonElement[] = [];
  private hides: HTMLButtonElement[] = [];

  constructor(private readonly events: AttentionLinesEvents) {
    this.element.className = "look-lines";
    this.queries.className = "look-queries";
    this.keys.className = "look-keys";
    this.queries.setAttribute("aria-label", "Queries");
    this.keys.setAttribute("aria-label", "Keys");
    this.element.prepend(this.queries);
    this.element.append(this.keys);
  }

  draw({ tokens, weights, chosen, pressed, hidden, received }: AttentionLinesData, hue: string): void {
    this.name(tokens);
    for (const [query, button] of this.buttons.entries())
      button.setAttribute("aria-pressed", String(pressed.includes(query)));
    for (const [key, button] of this.hides.entries()) button.setAttribute("aria-pressed", String(hidden.includes(key)));
    for (const [key, item] of [...this.keys.children].entries()) {
      const value = received[key] ?? 0;
      const shown = value >= leastWeight;
      item.classList.toggle("faint", !shown);
      const number = item.lastElementChild;
      if (number) number.textContent = shown ? reading(value) : "";
    }
    this.drawLines(tokens.length, weights, chosen, hue);
  }

  private drawLines(count: number, weights: Float32Array, chosen: readonly number[], hue: string): void {
    const height = this.queries.offsetHeight;
    const row = height / Math.max(1, count);
    const across = Math.max(1, this.keys.offsetLeft - this.queries.offsetWidth);
    const drawn = chosen.flatMap((query) =>
      Array.from({ length: count }, (_, key) => ({ query, key, weight: weights[query * count + key] ?? 0 })).filter(
        ({ weight }) => weight >= leastWeight,
      ),
    );
    this.lines.attr("viewBox", `0 0 ${across} ${height}`).attr("preserveAspectRatio", "none");
    this.lines
      .selectAll("path")
      .data(drawn)
      .join("path")
      .attr("d", ({ query, key }) => {
        const [y, to] = [(query + 0.5) * row, (key + 0.5) * row];
        return `M0 ${y}C${across / 2} ${y} ${across / 2} ${to} ${across} ${to}`;
      })
      .attr("fill", "none")
      .attr("stroke", hue)
      .attr("stroke-width", ({ weight }) => 0.75 + 4 * weight)
      .attr("stroke-opacity", ({ weight }) => Math.min(1, 0.08 + weight));
  }

  private name(tokens: readonly string[]): void {
    if (this.buttons.length === tokens.length && this.buttons.every((button, i) => button.textContent === tokens[i]))
      return;
    this.buttons = tokens.map((token, query) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = token;
      button.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && this.events.preview(query));
      button.addEventListener("pointerleave", () => this.events.preview(null));
      button.addEventListener("click", () => this.events.toggle(query));
      return button;
    });
    this.queries.replaceChildren(...this.buttons.map((button) => item(button)));
    this.hides = tokens.map((token, key) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = token;
      button.setAttribute("aria-label", `${token}: hide`);
      button.addEventListener("click", () => this.events.hide(key));
      return button;
    });
    this.keys.replaceChildren(
      ...this.hides.map((button) => item(button, Object.assign(span(""), { className: "look-number" }))),
    );
  }
}

function item(...content: readonly Node[]): HTMLLIElement {
  const made = document.createElement("li");
  made.append(...content);
  return made;
}

const span = (text: string) => Object.assign(document.createElement("span"), { textContent: text });
