/** What the figure of attention's steps shows, and the matrices that it is made of. */
import { bySecondDigit, type Parsed, quote } from "../../model/fields";
import { choiceSetting, numberSetting, type Settings } from "../../model/settings";

/** What is computed, in order. */
export const steps = ["scores", "scaled", "masked", "weights", "output"] as const;
export type Step = (typeof steps)[number];

/** All matrices: what is given, and what is computed. K stands on its side: its columns are the keys. */
export const matrices = ["Q", "K", "V", ...steps] as const;
export type MatrixName = (typeof matrices)[number];

/** A number in a matrix; of K's, the row is the component and the column the key. */
export interface Cell {
  readonly matrix: MatrixName;
  readonly row: number;
  readonly column: number;
}

export interface StepsState {
  readonly tokens: number;
  readonly dim: number;
  readonly seed: number;
  readonly temperature: number;
  readonly mask: "causal" | "none";
  readonly step: Step;
  /** The number that the reader has locked. */
  readonly cell: Cell | null;
}

export const stepsSettings: Settings<StepsState> = {
  tokens: numberSetting("tokens", { default: 5, min: 3, max: 8 }),
  dim: numberSetting("dim", { default: 4, min: 2, max: 8, label: "d_k" }),
  seed: numberSetting("seed", { default: 1, min: 0, max: 4294967295 }),
  temperature: numberSetting("temperature", { default: 1, min: 0.01, max: 100, whole: false, step: bySecondDigit }),
  mask: choiceSetting("mask", ["causal", "none"]),
  // Both are set in the drawing.
  step: { default: "scores", parse: choiceSetting("step", steps).parse, format: String },
  cell: {
    default: null,
    parse: parseCell,
    format: (cell) => (cell ? `${cell.matrix},${cell.row},${cell.column}` : ""),
  },
};

function parseCell(text: string): Parsed<Cell | null> {
  if (text.trim() === "") return { value: null };
  const [, name, row, column] = /^ *(\w+) *, *(\d) *, *(\d) *$/.exec(text) ?? [];
  const matrix = matrices.find((each) => each === name);
  if (matrix) return { value: { matrix, row: Number(row), column: Number(column) } };
  return { problem: `cell is a matrix (${matrices.join(", ")}), a row and a column, not “${quote(text)}”` };
}

export type Size = Pick<StepsState, "tokens" | "dim">;

export function shapeOf(matrix: MatrixName, { tokens, dim }: Size): { rows: number; columns: number } {
  if (matrix === "Q" || matrix === "V" || matrix === "output") return { rows: tokens, columns: dim };
  return matrix === "K" ? { rows: dim, columns: tokens } : { rows: tokens, columns: tokens };
}

export function isWithin({ matrix, row, column }: Cell, size: Size): boolean {
  const { rows, columns } = shapeOf(matrix, size);
  return row < rows && column < columns;
}

/** The step that a matrix is first needed for. */
export const stepOf = (matrix: MatrixName): Step =>
  matrix === "Q" || matrix === "K" ? "scores" : matrix === "V" ? "output" : matrix;

/** What a step computes its matrix from. */
export function sourcesOf(step: Step): readonly MatrixName[] {
  if (step === "scores") return ["Q", "K"];
  if (step === "output") return ["weights", "V"];
  return [steps[steps.indexOf(step) - 1] as Step];
}

/** The cell of a step that goes with one of another: the same query, and the same key where both have keys. */
export function cellIn(step: Step, { matrix, row, column }: Cell, size: Size): Cell {
  const query = matrix === "K" || matrix === "V" ? size.tokens - 1 : row;
  const key = matrix === "V" ? row : matrix === "Q" || matrix === "output" ? Math.min(column, query) : column;
  return {
    matrix: step,
    row: query,
    column: step === "output" ? Math.min(key, size.dim - 1) : Math.min(key, size.tokens - 1),
  };
}

/** What is read when nobody points anywhere: a query that sees several keys, and one of them. */
export const restingCell = (step: Step, { tokens, dim }: Size): Cell => ({
  matrix: step,
  row: Math.min(2, tokens - 1),
  column: Math.min(1, step === "output" ? dim - 1 : tokens - 1),
});

/** Part of a matrix: a cell, or without a row or a column a whole one of the other. */
export interface Part {
  readonly matrix: MatrixName;
  readonly row?: number;
  readonly column?: number;
}

/** What a number is computed from; of a number that is given, what it goes into. */
export function partsBehind({ matrix, row, column }: Cell): readonly Part[] {
  switch (matrix) {
    case "Q":
      return [{ matrix: "scores", row }];
    case "K":
      return [{ matrix: "scores", column }];
    case "V":
      return [{ matrix: "output", column }];
    case "scores":
      return [
        { matrix: "Q", row },
        { matrix: "K", column },
      ];
    case "scaled":
      return [{ matrix: "scores", row, column }];
    case "masked":
      return [{ matrix: "scaled", row, column }];
    case "weights":
      return [{ matrix: "masked", row }];
    case "output":
      return [
        { matrix: "weights", row },
        { matrix: "V", column },
      ];
  }
}
