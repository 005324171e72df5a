/** Equation 1 of Vaswani et al. (2017) whose parts are the matrices: pointed at, either shows the other. */

import { fence, mathml, mi, mn, mo, mrow } from "./mathml";
import { type MatrixName, matrices, type StepsState } from "./steps-state";

export interface FormulaEvents {
  readonly point: (matrix: MatrixName | null) => void;
  readonly choose: (matrix: MatrixName) => void;
}

export class StepsFormula {
  readonly element: MathMLElement;
  private shown = "";

  constructor(events: FormulaEvents) {
    this.element = mathml("math");
    this.element.setAttribute("displaystyle", "true");
    this.element.classList.add("formula");
    // It scrolls where letters are wide, which the keyboard must be able to do too.
    this.element.tabIndex = 0;
    const matrixAt = ({ target }: Event) => {
      const part = target instanceof Element ? target.closest("[data-matrix]") : null;
      return matrices.find((matrix) => matrix === part?.getAttribute("data-matrix")) ?? null;
    };
    this.element.addEventListener("pointerover", (event) => events.point(matrixAt(event)));
    this.element.addEventListener("pointerleave", () => events.point(null));
    this.element.addEventListener("click", (event) => {
      const matrix = matrixAt(event);
      if (matrix) events.choose(matrix);
    });
  }

  /** Writes what the settings make of the formula: a mask and a temperature appear where there are any. */
  show({ mask, temperature }: Pick<StepsState, "mask" | "temperature">): void {
    const key = `${mask} ${temperature}`;
    if (key === this.shown) return;
    this.shown = key;
    // Not the sign ⊤, which text fonts do not have.
    const transpose = mi("T", true);
    const divisor = mathml("msqrt", mathml("msub", mi("d"), mi("k")));
    const scaled = part(
      "scaled",
      mathml(
        "mfrac",
        part("scores", part("Q", mi("Q")), part("K", mathml("msup", mi("K"), transpose))),
        temperature === 1 ? divisor : mrow(divisor, mo("·"), mn(String(temperature))),
      ),
    );
    const logits = mask === "none" ? part("masked", scaled) : part("masked", scaled, mo("+"), mi("M"));
    this.element.replaceChildren(
      part(
        "output",
        mathml("mtext", "output"),
        mo("="),
        part("weights", mi("softmax"), fence("("), logits, fence(")")),
        part("V", mi("V")),
      ),
    );
    const divided = temperature === 1 ? "sqrt(d_k)" : `(sqrt(d_k) · ${temperature})`;
    this.element.setAttribute("alttext", `output = softmax(Q K^T / ${divided}${mask === "none" ? "" : " + M"}) V`);
  }

  /** Tints the part that is one matrix. */
  mark(matrix: MatrixName | null): void {
    for (const each of this.element.querySelectorAll("[data-matrix]"))
      each.classList.toggle("on", each.getAttribute("data-matrix") === matrix);
  }
}

function part(matrix: MatrixName, ...children: readonly Element[]): MathMLElement {
  const row = mrow(...children);
  row.setAttribute("data-matrix", matrix);
  return row;
}
