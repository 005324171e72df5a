/** What heads are called and coloured, the same in every figure. */
import type { Palette } from "../../charts/color/palette";

export const hueOf = ({ maps }: Palette, head: number) => maps[(head % (maps.length - 1)) + 1] ?? "";

export const nameOf = ({ layers, heads }: { readonly layers: number; readonly heads: number }, map: number) => {
  const head = `ead ${(map % heads) + 1}`;
  return layers > 1 ? `Layer ${Math.floor(map / heads) + 1}, h${head}` : `H${head}`;
};
