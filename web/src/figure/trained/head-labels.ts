/** How the heads and the numbers of training are written, wherever they are. */

import type { Palette } from "../../charts/color/palette";
import { count } from "../../charts/format";
import type { HeadPlace } from "../../compute/training/training-protocol";

/** "2.3": layer 2, head 3. */
export const headName = ({ layer, head }: HeadPlace): string => `${layer + 1}.${head + 1}`;

export const sameHead = (a: HeadPlace, b: HeadPlace): boolean => a.layer === b.layer && a.head === b.head;

/** One hue per head, in every layer the same. */
export const hueOfHead = ({ maps, ink }: Palette, head: number): string => maps[(head % (maps.length - 1)) + 1] ?? ink;

/** Layers are told apart by the pattern of their lines: the last is solid. */
export function dashOfLayer(layer: number, layers: number): string | null {
  return [null, "5 3", "2 3", "8 3 2 3"][layers - 1 - layer] ?? null;
}

export const nats = (loss: number): string => loss.toFixed(loss < 0.1 ? 3 : 2);
export const score = (share: number): string => share.toFixed(2);

/** "93.4 %", and no decimals where they would be noughts. */
export const percent = (share: number): string =>
  `${(100 * share).toFixed(share >= 0.9995 || share < 0.0005 ? 0 : 1)} %`;

/** "41k", "980" */
export const thousands = (value: number): string =>
  value >= 10_000 ? `${Math.round(value / 1000)}k` : count(Math.round(value));
