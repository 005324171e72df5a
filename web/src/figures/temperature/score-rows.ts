/** One query's keys, a line each: its score as a bar to be dragged, and the weight that it comes to. */
import { signed, weight3 } from "../../charts/format";
import { el } from "../../controls/el";
import { leastScore, mostScore, scoreStep, tokens } from "./scores";

export interface ScoreRowEvents {
  readonly score: (key: number, score: number, settled: boolean) => void;
  /** The pointer or the keyboard's focus is at this key, or nowhere. */
  readonly preview: (key: number | null) => void;
}

export interface ShownRow {
  readonly query: number;
  readonly scores: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly visibleKeys: number;
  readonly focus: number | null;
}

interface Line {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly score: HTMLElement;
  readonly scoreBar: HTMLElement;
  readonly weight: HTMLElement;
  readonly weightBar: HTMLElement;
  readonly evenShare: HTMLElement;
}

export class ScoreRows {
  readonly element = el("div", { class: "score-rows" });
  private readonly lines: readonly Line[];

  constructor(events: ScoreRowEvents) {
    this.lines = tokens.map((token, key) => {
      const line = makeLine(token);
      const { input } = line;
      const send = (settled: boolean) => events.score(key, Number(input.value), settled);
      input.addEventListener("input", () => send(false));
      input.addEventListener("change", () => send(true));
      input.addEventListener("focus", () => events.preview(key));
      input.addEventListener("blur", () => events.preview(null));
      line.element.addEventListener("pointerenter", () => events.preview(key));
      line.element.addEventListener("pointerleave", () => events.preview(null));
      return line;
    });
    this.element.append(
      el(
        "div",
        { class: "score-head" },
        el("span", {}, "key"),
        el("span", {}, "logit"),
        el("span", {}, "weight (dotted: equal share)"),
      ),
      ...this.lines.map((line) => line.element),
    );
  }

  show({ query, scores, weights, visibleKeys, focus }: ShownRow, color: string): void {
    for (const [key, line] of this.lines.entries()) {
      const score = scores[key] ?? 0;
      const weight = weights[key] ?? 0;
      const hidden = key >= visibleKeys;
      line.element.classList.toggle("hidden-key", hidden);
      line.element.classList.toggle("focused", key === focus);
      line.input.disabled = hidden;
      line.input.value = String(score);
      line.input.setAttribute(
        "aria-label",
        `logit of key ${key} “${tokens[key]}” for query ${query} “${tokens[query]}”`,
      );
      line.input.setAttribute("aria-valuetext", `${signed(score, 1)}, weight ${weight3(weight)}`);
      line.score.textContent = signed(score, 1);
      line.weight.textContent = hidden ? "hidden" : weight3(weight);
      const { left, width } = scoreBar(score);
      line.scoreBar.style.left = `${left}%`;
      line.scoreBar.style.width = `${width}%`;
      line.weightBar.style.width = `${hidden ? 0 : 100 * weight}%`;
      line.evenShare.style.left = `${100 / visibleKeys}%`;
      line.scoreBar.style.background = line.weightBar.style.background = color;
    }
  }
}

/** From 0 in the middle to the score, in percent of the track. Pure. */
export function scoreBar(score: number): { left: number; width: number } {
  const at = (value: number) => (100 * (value - leastScore)) / (mostScore - leastScore);
  const [from, to] = [Math.min(at(0), at(score)), Math.max(at(0), at(score))];
  return { left: from, width: to - from };
}

function makeLine(token: string): Line {
  const input = el("input", {
    type: "range",
    min: String(leastScore),
    max: String(mostScore),
    step: String(scoreStep),
  });
  const score = el("span", { class: "number" });
  const weight = el("span", { class: "number" });
  const scoreBar = el("div", { class: "bar" });
  const weightBar = el("div", { class: "bar" });
  const evenShare = el("div", { class: "even-share" });
  const element = el(
    "div",
    { class: "score-row" },
    el("span", { class: "token" }, token),
    el("div", { class: "track" }, el("div", { class: "zero" }), el("div", { class: "inner" }, scoreBar), input),
    score,
    el("div", { class: "weight-track" }, weightBar, evenShare),
    weight,
  );
  return { element, input, score, scoreBar, weight, weightBar, evenShare };
}
