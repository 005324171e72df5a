/** What the temperature figure says of a row, or of a cell. */

import { type EntropyUnit, inUnit, largestInUnit, largestName } from "../../charts/curves/entropy-unit";
import { reading as inThree } from "../../charts/format";
import type { TickNames } from "../../charts/heatmap/heatmap";
import type { DescribedMap } from "../../compute/client";
import { type Reading, read } from "../../figure/reading";
import type { Place } from "../../model/place";
import { tokens } from "./scores";

export const tokenNames: TickNames = { query: (index) => tokens[index] ?? "", key: (index) => tokens[index] ?? "" };
const inFull: TickNames = { query: named, key: named };

function named(index: number): string {
  return `${index} “${tokens[index]}”`;
}

export function readTemperature(map: DescribedMap, place: Place, temperature: number, unit: EntropyUnit): Reading {
  if (place.key !== null) return read(map, place, inFull);
  const { query } = place;
  const visible = map.visibleKeys[query] ?? 0;
  const row = map.weights.subarray(query * map.keys, (query + 1) * map.keys);
  const most = row.reduce((best, weight, key) => (weight > (row[best] ?? 0) ? key : best), 0);
  if (visible === 1)
    return {
      sentence: [`Query ${named(query)} sees only itself: at every temperature its entropy is `, "0", "."],
      exact: "",
    };
  const share = `${(100 * (map.normalisedEntropy[query] ?? 0)).toFixed(1)} %`;
  const say = (each: EntropyUnit, decimals: number) => `${(inUnit(each, map)[query] ?? 0).toFixed(decimals)} ${each}`;
  return {
    sentence: [
      `At temperature ${temperature} query ${named(query)} has an entropy of `,
      unit === "normalised" ? share : say(unit, 3),
      `${unit === "normalised" ? ` of ln ${visible}` : `, ${share} of ${largestName(unit, visible, largestInUnit(unit, map)[query] ?? 0)}`}. Equal weights for `,
      (map.effectiveKeys[query] ?? 0).toFixed(2),
      ` keys have the same entropy. The largest weight is that of “${tokens[most]}”, `,
      inThree(row[most] ?? 0),
      ".",
    ],
    exact: `${say("nats", 4)} = ${say("bits", 4)}, over ${visible} visible keys`,
  };
}
