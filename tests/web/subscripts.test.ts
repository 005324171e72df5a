import { expect, test } from "vitest";
import { atSubscripts } from "../../web/src/model/subscripts";

test("the subscripts of d_k, d_v and d_model are cut out; names of settings and files are not", () => {
  expect(atSubscripts("q·k ÷ √d_k = 8, d_model")).toEqual(["q·k ÷ √d", "k", " = 8, d", "model", ""]);
  for (const text of ["head_k", "d_kernel", "ad_k", "the mask", ""]) expect(atSubscripts(text)).toEqual([text]);
});
