/** <heed-steps>: softmax(QKᵀ/√d_k)V of a few tokens as matrices, with the working of every number in them. */

import { engine } from "../../compute/client";
import type { AttentionSteps } from "../../compute/lab";
import { Choice, listenToScrubbing } from "../../controls/choice";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import math from "../../figure/styles/math.css?inline";
import type { FigureData } from "../../model/figure-data";
import styles from "./steps.css?inline";
import { StepsFormula } from "./steps-formula";
import { stepsLayout } from "./steps-layout";
import { hueOf, StepsMatrices } from "./steps-matrices";
import { readStep } from "./steps-reading";
import {
  type Cell,
  cellIn,
  isWithin,
  type MatrixName,
  restingCell,
  type Step,
  type StepsState,
  stepOf,
  steps,
  stepsSettings,
} from "./steps-state";
import { valuesOf } from "./steps-values";
import { divisor, workingOf, writeWorking } from "./steps-working";

const sheet = sheetOf(math, styles);

export class HeedSteps extends FigureElement<StepsState, AttentionSteps> {
  static readonly observedAttributes = attributesOf(stepsSettings);
  private readonly formula: StepsFormula;
  private readonly choice: Choice<Step>;
  private readonly next = el("button", { type: "button" });
  private readonly matrices: StepsMatrices;
  private readonly working = el("div", { class: "working" });
  private drawn: { readonly result: AttentionSteps; readonly state: StepsState } | null = null;
  private preview: Cell | null = null;
  private filling: Step | null = null;

  constructor() {
    super({
      settings: stepsSettings,
      label: "Attention step by step",
      hint: "Point at a number to see its calculation. Click to keep it.",
      viewSettings: ["step", "cell"],
      sheet,
    });
    this.formula = new StepsFormula({
      point: (matrix) => (this.highlighted = matrix),
      choose: (matrix) => this.goTo(stepOf(matrix)),
    });
    this.choice = new Choice("step", steps, (step) => this.goTo(step));
    this.choice.element.classList.add("not-exported");
    listenToScrubbing(this.choice.element);
    const back = el("button", { type: "button" }, "back");
    back.addEventListener("click", () => this.goBy(-1));
    this.next.addEventListener("click", () => this.goBy(1));
    this.matrices = new StepsMatrices({
      preview: (cell) => this.point(cell, false),
      toggle: (cell, small) => (small ? this.goTo(stepOf(cell.matrix)) : this.lock(cell)),
      toggleCurrent: () => this.lock(this.focused),
      release: () => {
        this.preview = null;
        this.change({ cell: null }, true);
      },
      move: (next) => this.move(next(this.focused)),
    });
    this.drawing.append(
      el(
        "div",
        { class: "stepper" },
        this.formula.element,
        this.choice.element,
        el("span", { class: "buttons not-exported" }, back, this.next),
      ),
      el("div", { class: "board" }, this.matrices.element, this.working),
    );
  }

  protected compute(
    { tokens, dim, seed, temperature, mask }: StepsState,
    signal: AbortSignal,
  ): Promise<AttentionSteps> {
    return engine.lab("workedExample", { tokens, dim, seed, temperature, causal: mask === "causal" }, signal);
  }

  protected provenance({ seed }: StepsState): string {
    return `random numbers in tenths, seed ${seed}`;
  }

  protected draw(result: AttentionSteps, state: StepsState): void {
    this.drawn = { result, state };
    const width = this.drawing.clientWidth || 350;
    const layout = stepsLayout(state, width, state.step);
    this.formula.show(state);
    this.choice.show(state.step);
    this.next.textContent = state.step === "output" ? "from the start" : "next step";
    this.matrices.draw({
      layout,
      size: state,
      values: valuesOf(result),
      captions: captionsOf(state),
      palette: this.colors,
    });
    const { working } = this;
    working.classList.toggle("inside", layout.working !== null);
    for (const side of ["x", "y", "width", "height"] as const)
      working.style.setProperty(`--${side}`, layout.working ? `${layout.working[side]}px` : null);
    working.style.setProperty("--rows", String(Math.max(state.tokens, state.dim)));
    this.mark(true);
    if (this.filling) this.matrices.fill(this.filling);
    this.filling = null;
  }

  data(): readonly FigureData[] {
    if (!this.drawn) return [];
    const { result, state } = this.drawn;
    const { tokens, dim } = state;
    const query = { name: "query", size: tokens };
    const key = { name: "key", size: tokens };
    const component = { name: "component", size: dim };
    return [
      { name: "Q", values: result.query.data, axes: [query, component] },
      { name: "K", values: result.key.data, axes: [key, component] },
      { name: "V", values: result.value.data, axes: [key, component] },
      { name: "scores", values: result.scores.data, axes: [query, key] },
      { name: "scaled", values: result.scaled.data, axes: [query, key] },
      { name: "masked", values: result.masked.data, axes: [query, key] },
      { name: "exponentials", values: result.exponentials.data, axes: [query, key] },
      { name: "sums", values: result.sums.data, axes: [query] },
      { name: "weights", values: result.weights.data, axes: [query, key] },
      { name: "output", values: result.output.data, axes: [query, component] },
    ];
  }

  /** A lock holds against pointing. */
  private get focused(): Cell {
    const { state } = this;
    const chosen = [state.cell, this.preview].find((cell) => cell && isWithin(cell, state));
    return chosen ?? restingCell(state.step, state);
  }

  private goBy(count: number): void {
    this.goTo(steps[(steps.indexOf(this.state.step) + count + steps.length) % steps.length] as Step);
  }

  /** A lock goes along, to the number of the same query and key. */
  private goTo(step: Step): void {
    const { cell } = this.state;
    this.preview = null;
    this.filling = step;
    this.change({ step, cell: cell && cellIn(step, cell, this.state) }, true);
  }

  private lock(cell: Cell): void {
    const { cell: locked } = this.state;
    const same = locked?.matrix === cell.matrix && locked.row === cell.row && locked.column === cell.column;
    this.preview = cell;
    this.change({ cell: same ? null : cell, step: this.stepFor(cell) }, true);
  }

  private move(cell: Cell): void {
    const { state } = this;
    const step = this.stepFor(cell);
    this.preview = cell;
    if (state.cell || step !== state.step) this.change({ step, cell: state.cell && cell }, true);
    else this.point(cell, true);
  }

  /** The step to be at with a number in focus: another one only where its matrix is not shown large at this one. */
  private stepFor({ matrix }: Cell): Step {
    const { state } = this;
    const { whole, placed } = stepsLayout(state, this.drawing.clientWidth, state.step);
    const isThere = placed.some((each) => each.matrix === matrix && !each.small);
    return isThere && !whole ? state.step : stepOf(matrix);
  }

  private point(cell: Cell | null, aloud: boolean): void {
    this.preview = cell;
    this.mark(aloud);
  }

  private mark(aloud: boolean): void {
    if (!this.drawn) return;
    const { result, state } = this.drawn;
    const cell = this.focused;
    if (!isWithin(cell, state)) return; // its numbers are on the way
    this.matrices.mark(cell, this.state.cell !== null);
    this.formula.mark(cell.matrix);
    writeWorking(this.working, workingOf(cell, result, state));
    this.readout.show(readStep(cell, result, state), hueOf(cell.matrix, this.colors), aloud);
  }
}

const captionsOf = (state: StepsState): Readonly<Record<MatrixName, readonly [string, string]>> => ({
  Q: ["Q", "queries"],
  K: ["K^T", ""],
  V: ["V", ""],
  scores: ["scores", "Q K^T"],
  scaled: ["scaled", `÷ ${divisor(state)}`],
  masked: ["masked", state.mask === "none" ? "nothing hidden" : "later keys hidden"],
  weights: ["weights", "softmax of rows"],
  output: ["output", "weights × V"],
});
