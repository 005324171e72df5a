import { beforeAll, describe, expect, test } from "vitest";
import { type AttentionSteps, type Lab, loadLab } from "../../web/src/compute/lab";
import {
  cellAt,
  decimalsFor,
  fontSize,
  heightOf,
  neighbour,
  type Placed,
  stepsLayout,
  widthOf,
} from "../../web/src/figures/steps/steps-layout";
import { readStep } from "../../web/src/figures/steps/steps-reading";
import {
  type Cell,
  cellIn,
  isWithin,
  type MatrixName,
  matrices,
  partsBehind,
  restingCell,
  type Size,
  type StepsState,
  shapeOf,
  sourcesOf,
  stepOf,
  steps,
  stepsSettings,
} from "../../web/src/figures/steps/steps-state";
import { shadesOf, valuesOf } from "../../web/src/figures/steps/steps-values";
import { workingOf } from "../../web/src/figures/steps/steps-working";
import { defaultsOf, fromSettingsSearch, toSettingsSearch } from "../../web/src/model/settings";

const defaults = defaultsOf(stepsSettings);
const sizes: Size[] = [3, 4, 5, 6, 7, 8].flatMap((tokens) => [2, 3, 4, 6, 8].map((dim) => ({ tokens, dim })));

const cellsOf = (matrix: MatrixName, size: Size): Cell[] => {
  const { rows, columns } = shapeOf(matrix, size);
  return Array.from({ length: rows * columns }, (_, i) => ({
    matrix,
    row: Math.floor(i / columns),
    column: i % columns,
  }));
};
const allCells = (size: Size) => matrices.flatMap((matrix) => cellsOf(matrix, size));

/** Numbers as they are written in the figure. */
const numbersIn = (text: string) => (text.replaceAll("−", "-").match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
const numberIn = (text: string | undefined) => numbersIn(text ?? "")[0] ?? Number.NaN;

describe("the numbers that are written out", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await loadLab();
  });
  const states: StepsState[] = [
    defaults,
    { ...defaults, tokens: 8, dim: 8, seed: 7 },
    { ...defaults, tokens: 3, dim: 2, mask: "none", temperature: 0.4 },
    { ...defaults, tokens: 6, dim: 5, seed: 3, temperature: 2.5 },
  ];
  const compute = ({ tokens, dim, seed, temperature, mask }: StepsState): AttentionSteps =>
    lab.workedExample({ tokens, dim, seed, temperature, causal: mask === "causal" });
  const each = (
    matrix: MatrixName,
    check: (cell: Cell, result: AttentionSteps, state: StepsState, value: number) => void,
  ) => {
    for (const state of states) {
      const result = compute(state);
      const { columns } = shapeOf(matrix, state);
      for (const cell of cellsOf(matrix, state))
        check(cell, result, state, valuesOf(result)[matrix][cell.row * columns + cell.column] as number);
    }
  };

  test("a dot product, worked out by hand from what is shown, is the core’s score to the last digit shown", () => {
    each("scores", (cell, result, state, value) => {
      const { rows, total } = workingOf(cell, result, state);
      let sum = 0;
      for (const { texts } of rows) {
        const [q, k, product] = texts.slice(1).map(numberIn) as [number, number, number];
        expect(product).toBeCloseTo(q * k, 9);
        sum += q * k;
      }
      expect(numberIn(total.at(-1))).toBeCloseTo(sum, 9);
      // Float32 sums of at most eight products of at most 10.
      expect(value).toBeCloseTo(sum, 5);
      const [, , first, ...factors] = numbersIn(readStep(cell, result, state).sentence.join(""));
      expect(first).toBeCloseTo(sum, 9);
      const products = factors.reduce((all, factor, i) => (i % 2 ? all + factor * (factors[i - 1] as number) : all), 0);
      expect(products).toBeCloseTo(sum, 9);
    });
  });

  test("a scaled score is the score divided by √d_k and the temperature", () => {
    each("scaled", (cell, result, state, value) => {
      const score = result.scores.data[cell.row * state.tokens + cell.column] as number;
      expect(value).toBeCloseTo(score / (Math.sqrt(state.dim) * state.temperature), 5);
      expect(workingOf(cell, result, state).result.endsWith(value.toFixed(3).replace("-", "−"))).toBe(true);
    });
  });

  test("what is hidden is every later key, and nothing else", () => {
    each("masked", (cell, result, state, value) => {
      const hidden = state.mask === "causal" && cell.column > cell.row;
      expect(value === -Infinity).toBe(hidden);
      expect(workingOf(cell, result, state).rows[cell.column]?.texts[2]).toBe(
        hidden ? "−∞" : value.toFixed(3).replace("-", "−"),
      );
    });
  });

  test("the weights of a row add up to 1, each the share of its exponential", () => {
    each("weights", ({ row, column, matrix }, result, state, value) => {
      const { rows, total } = workingOf({ matrix, row, column }, result, state);
      const exponentials = rows.map(({ texts }) => numberIn(texts[2]));
      expect(Math.max(...exponentials)).toBe(1);
      const sum = numberIn(total[2]);
      // Each number is shown to within 5e-4.
      expect(Math.abs(exponentials.reduce((a, b) => a + b) - sum)).toBeLessThan(5e-4 * (state.tokens + 1));
      expect(Math.abs((exponentials[column] as number) / sum - value)).toBeLessThan(1e-3);
      const weights = Array.from(result.weights.data.slice(row * state.tokens, (row + 1) * state.tokens));
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    });
  });

  test("an output is its row of weights times a column of the values, and lies between them", () => {
    each("output", (cell, result, state, value) => {
      const { rows, total } = workingOf(cell, result, state);
      const terms = rows.map(({ texts }) => numberIn(texts[3]));
      expect(Math.abs(terms.reduce((a, b) => a + b) - numberIn(total[3]))).toBeLessThan(5e-4 * (state.tokens + 1));
      expect(numberIn(total[3])).toBeCloseTo(value, 3);
      const values = rows.map(({ texts }) => numberIn(texts[2]));
      expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
      expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
    });
  });

  test("every number has a sentence with it, and a colour", () => {
    for (const state of states) {
      const result = compute(state);
      const values = valuesOf(result);
      const shades = shadesOf(values);
      for (const cell of allCells(state)) {
        const sentence = readStep(cell, result, state).sentence.join("");
        expect(sentence).toMatch(/^[A-Z].*\.$/);
        expect(sentence).not.toMatch(/NaN|undefined|Infinity/);
        expect(JSON.stringify(workingOf(cell, result, state))).not.toMatch(/NaN|undefined|Infinity/);
        const shade = shades[cell.matrix][cell.row * shapeOf(cell.matrix, state).columns + cell.column] as number;
        expect(Number.isNaN(shade) || (shade >= 0 && shade <= 1)).toBe(true);
      }
    }
  });

  test("keys stand on their side", () => {
    const result = compute(defaults);
    expect(valuesOf(result).K[1 * 5 + 3]).toBe(result.key.data[3 * 4 + 1]);
  });
});

describe("where the matrices are", () => {
  const widths = [280, 320, 350, 390, 600, 780, 1080];
  const layouts = widths.flatMap((width) =>
    sizes.flatMap((size) => steps.map((step) => ({ width, size, step, layout: stepsLayout(size, width, step) }))),
  );
  const overlap = (a: Placed, b: Placed) =>
    a.x < b.x + widthOf(b) - 0.01 &&
    b.x < a.x + widthOf(a) - 0.01 &&
    a.y < b.y + heightOf(b) - 0.01 &&
    b.y < a.y + heightOf(a) - 0.01;

  test("within the picture, none over another", () => {
    for (const { width, layout } of layouts) {
      for (const [i, one] of layout.placed.entries()) {
        expect(one.x).toBeGreaterThanOrEqual(0);
        expect(one.x + widthOf(one)).toBeLessThanOrEqual(width + 0.01);
        expect(one.y).toBeGreaterThanOrEqual(-0.01);
        expect(one.y + heightOf(one)).toBeLessThanOrEqual(layout.height);
        for (const other of layout.placed.slice(i + 1)) expect(overlap(one, other)).toBe(false);
      }
      const { working } = layout;
      if (!working) continue;
      expect(working.x + working.width).toBeLessThanOrEqual(width);
      const asPlaced = { ...working, rows: 1, columns: 1, matrix: "Q", small: false } as const;
      for (const one of layout.placed)
        expect(overlap(one, { ...asPlaced, cell: 1, rows: working.height, columns: working.width })).toBe(false);
    }
  });

  test("all of them at 1080 px by default, numbers in each", () => {
    const { whole, placed } = stepsLayout(defaults, 1080, "scores");
    expect(whole).toBe(true);
    expect(placed.map(({ matrix }) => matrix).sort()).toEqual([...matrices].sort());
    expect(placed.some(({ small }) => small)).toBe(false);
  });

  test("all of them only where scores of two digits have room", () => {
    for (let width = 280; width <= 1080; width++) {
      const { whole, placed } = stepsLayout(defaults, width, "scores");
      if (whole) for (const { cell } of placed) expect(decimalsFor([-9.99, 1], 2, cell)).not.toBeNull();
    }
  });

  test("at 350 px those of the step are large enough for numbers by default, and all are there small", () => {
    for (const step of steps) {
      const { whole, placed } = stepsLayout(defaults, 350, step);
      expect(whole).toBe(false);
      expect(placed.filter(({ small }) => small)).toHaveLength(matrices.length);
      const large = placed.filter(({ small }) => !small);
      expect(large.map(({ matrix }) => matrix).sort()).toEqual([step, ...sourcesOf(step)].sort());
      for (const { cell } of large) expect(decimalsFor([-9.99, 1], 2, cell)).toBe(2);
    }
  });

  test("a product’s rows and columns go on from what it is made of", () => {
    for (const { layout } of layouts)
      for (const small of [false, true]) {
        const find = (matrix: MatrixName) =>
          layout.placed.find((each) => each.matrix === matrix && each.small === small);
        for (const [left, above, product] of [
          ["Q", "K", "scores"],
          ["weights", "V", "output"],
        ] as const) {
          const [a, b, c] = [find(left), find(above), find(product)];
          if (!a || !b || !c) continue;
          expect(a.y).toBe(c.y);
          expect(b.x).toBe(c.x);
          expect(new Set([a.cell, b.cell, c.cell]).size).toBe(1);
        }
      }
  });

  test("the cell at a point is the one drawn there", () => {
    for (const { layout, size } of layouts.filter((_, i) => i % 7 === 0)) {
      for (const { matrix, x, y, cell, small } of layout.placed)
        for (const { row, column } of cellsOf(matrix, size))
          expect(cellAt(layout, x + (column + 0.5) * cell, y + (row + 0.5) * cell)).toEqual({
            cell: { matrix, row, column },
            small,
          });
      expect(cellAt(layout, -5, -5)).toBeNull();
    }
  });

  test("numbers fit their cells or are left out", () => {
    expect(decimalsFor([-1.3, 0.5], 1, 34)).toBe(1);
    expect(decimalsFor([-12.34], 2, 34)).toBe(1);
    expect(decimalsFor([-1.3], 1, 18)).toBeNull();
    expect(decimalsFor([0.5, -Infinity], 2, 27)).toBe(2);
    expect(decimalsFor([-9.99], 2, 35, fontSize(35, true))).toBe(1);
    // As wide as Liberation Sans has them: 2.53 em of 12 px.
    expect(decimalsFor([-9.99], 2, 35, fontSize(35, true), { sign: 0.584, digit: 0.556, point: 0.278 })).toBe(2);
  });
});

describe("walking by arrow keys", () => {
  test("every number is reached, and a step back leads back", () => {
    for (const size of [
      { tokens: 3, dim: 2 },
      { tokens: 5, dim: 4 },
      { tokens: 4, dim: 8 },
    ]) {
      const key = ({ matrix, row, column }: Cell) => `${matrix} ${row} ${column}`;
      const reached = new Map([[key(restingCell("scores", size)), restingCell("scores", size)]]);
      for (const cell of reached.values())
        for (const [right, down] of [
          [1, 0],
          [-1, 0],
          [0, 1],
          [0, -1],
        ] as const) {
          const next = neighbour(cell, right, down, size);
          expect(isWithin(next, size)).toBe(true);
          if (key(next) !== key(cell)) expect(neighbour(next, -right, -down, size)).toEqual(cell);
          reached.set(key(next), next);
        }
      expect(reached.size).toBe(allCells(size).length);
    }
  });

  test("rows and columns go on over the edges", () => {
    const go = (cell: Cell, right: number, down: number) => neighbour(cell, right, down, defaults);
    expect(go({ matrix: "Q", row: 2, column: 3 }, 1, 0)).toEqual({ matrix: "scores", row: 2, column: 0 });
    expect(go({ matrix: "scores", row: 0, column: 3 }, 0, -1)).toEqual({ matrix: "K", row: 3, column: 3 });
    expect(go({ matrix: "V", row: 4, column: 1 }, 0, 1)).toEqual({ matrix: "output", row: 0, column: 1 });
    expect(go({ matrix: "output", row: 1, column: 3 }, 1, 0)).toEqual({ matrix: "output", row: 1, column: 3 });
  });
});

describe("the state", () => {
  test("and its address are each other’s inverse", () => {
    for (const state of [
      defaults,
      { ...defaults, tokens: 8, dim: 2, seed: 9, temperature: 0.25, mask: "none", step: "output", cell: null },
      { ...defaults, step: "weights", cell: { matrix: "weights", row: 3, column: 1 } },
    ] as const) {
      const search = toSettingsSearch(stepsSettings, state, "steps-");
      expect(fromSettingsSearch(stepsSettings, search, "steps-", defaults)).toEqual({ state, problems: [] });
    }
  });

  test("what is no cell is named", () => {
    for (const text of ["x,1,1", "scores,1", "scores,1,1,1", "scores,-1,0", "scores,a,b"])
      expect(stepsSettings.cell.parse(text)).toEqual({
        problem: `cell is a matrix (Q, K, V, scores, scaled, masked, weights, output), a row and a column, not “${text}”`,
      });
  });

  test("a number goes along from step to step, within the matrices", () => {
    for (const size of sizes)
      for (const cell of allCells(size))
        for (const step of steps) {
          const there = cellIn(step, cell, size);
          expect(there.matrix).toBe(step);
          expect(isWithin(there, size)).toBe(true);
        }
    const size = { tokens: 5, dim: 4 };
    expect(cellIn("weights", { matrix: "scores", row: 3, column: 1 }, size)).toEqual({
      matrix: "weights",
      row: 3,
      column: 1,
    });
    expect(cellIn("output", { matrix: "weights", row: 4, column: 4 }, size)).toEqual({
      matrix: "output",
      row: 4,
      column: 3,
    });
  });

  test("what a number is computed from belongs to its step", () => {
    for (const matrix of steps)
      for (const part of partsBehind({ matrix, row: 1, column: 0 }))
        expect(sourcesOf(stepOf(matrix))).toContain(part.matrix);
  });
});
