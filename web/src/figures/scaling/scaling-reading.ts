/** What the scaling figure says of one d_k. */
import { count, reading } from "../../charts/format";
import type { Reading } from "../../figure/reading";
import { threeDigits } from "./scaling-curves";
import type { Shown } from "./scaling-panels";
import { queries, repeats } from "./scaling-points";

export function readScaling({ dim, keys, present }: Shown): Reading {
  const { unscaled, scaled, products } = present;
  return {
    sentence: [
      `At d_k = ${dim} the scores q·k have a variance of `,
      threeDigits(unscaled.variance.mean),
      ". In the median row one key gets ",
      reading(unscaled.largestWeight.median),
      " of the weight without the scale and ",
      reading(scaled.largestWeight.median),
      " with it. The norm of the gradient by the logits is ",
      reading(unscaled.gradient.median),
      " without and ",
      reading(scaled.gradient.median),
      " with.",
    ],
    exact:
      `${count(products)} products in ${queries * repeats} rows of ${keys} · ` +
      `entropy ${share(unscaled.entropy.median)} of ln ${keys} without, ${share(scaled.entropy.median)} with · ` +
      `||J|| ${reading(unscaled.jacobian.median)} and ${reading(scaled.jacobian.median)}`,
  };
}

const share = (value: number) => `${(100 * value).toFixed(1)} %`;
