/** The sentence that reads a number of attention's steps. */
import { factor, reading, signed } from "../../charts/format";
import type { AttentionSteps } from "../../compute/lab";
import type { Reading } from "../../figure/reading";
import type { Cell, StepsState } from "./steps-state";
import { divisor } from "./steps-working";

export function readStep(cell: Cell, steps: AttentionSteps, state: StepsState): Reading {
  const { matrix, row, column } = cell;
  const { tokens, dim } = state;
  const [query, key] = [String(row), String(column)];
  const square = ({ data }: { data: Float32Array }) => data[row * tokens + column] ?? Number.NaN;
  const say = (...sentence: readonly string[]): Reading => ({ sentence, exact: "" });
  const written = (count: number, term: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => term(i)).join(" + ");
  const hidden = square(steps.masked) === -Infinity;
  switch (matrix) {
    case "Q":
      return say(
        "Component ",
        key,
        " of query ",
        query,
        " is ",
        signed(steps.query.data[row * dim + column] ?? Number.NaN, 1),
        ": it is a factor in every score of its row.",
      );
    case "K":
      return say(
        "Component ",
        query,
        " of key ",
        key,
        " is ",
        signed(steps.key.data[column * dim + row] ?? Number.NaN, 1),
        ": it is a factor in every score of its column.",
      );
    case "V":
      return say(
        "Component ",
        key,
        " of value ",
        query,
        " is ",
        signed(steps.value.data[row * dim + column] ?? Number.NaN, 1),
        ": in every output it is multiplied by its weight.",
      );
    case "scores": {
      const q = (c: number) => steps.query.data[row * dim + c] ?? Number.NaN;
      const k = (c: number) => steps.key.data[column * dim + c] ?? Number.NaN;
      const sum = written(dim, (c) => `${factor(q(c), 1)} × ${factor(k(c), 1)}`);
      return say("Query ", query, " scores key ", key, " with ", signed(square(steps.scores), 2), ` = ${sum}.`);
    }
    case "scaled":
      return say(
        "The score of query ",
        query,
        " and key ",
        key,
        `, ${signed(square(steps.scores), 2)}, divided by ${divisor(state)}, is `,
        signed(square(steps.scaled), 3),
        ".",
      );
    case "masked":
      return hidden
        ? say("Key ", key, " comes after query ", query, ", so the mask hides it: its logit is ", "−∞", ".")
        : say("Query ", query, " sees key ", key, ": its logit stays ", signed(square(steps.masked), 3), ".");
    case "weights":
      return hidden
        ? say("Key ", key, " is hidden from query ", query, ": its weight is ", "0", ".")
        : say(
            "Query ",
            query,
            " gives key ",
            key,
            " a weight of ",
            reading(square(steps.weights)),
            `: its exponential, ${reading(square(steps.exponentials))}, as a share of the row’s, which add up to ${signed(steps.sums.data[row] ?? Number.NaN, 3)}.`,
          );
    case "output": {
      const weight = (j: number) => steps.weights.data[row * tokens + j] ?? Number.NaN;
      const seen = Array.from({ length: tokens }, (_, j) => j).filter(
        (j) => steps.masked.data[row * tokens + j] !== -Infinity,
      );
      const value = (j: number) => steps.value.data[j * dim + column] ?? Number.NaN;
      const sum = seen.map((j) => `${reading(weight(j))} × ${factor(value(j), 1)}`).join(" + ");
      return say(
        "Component ",
        key,
        " of output ",
        query,
        " is ",
        signed(steps.output.data[row * dim + column] ?? Number.NaN, 3),
        ` = ${sum}.`,
      );
    }
  }
}
