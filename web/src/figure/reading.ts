/** The sentence that reads the place in focus aloud, and the exact numbers behind it. */
import { exact, reading, shareInWords } from "../charts/format";
import type { TickNames } from "../charts/heatmap/heatmap";
import { isVisible } from "../charts/heatmap/raster";
import type { HeadMap } from "../compute/client";
import { el } from "../controls/el";
import { withSubscripts } from "../controls/subscripts";
import type { Place } from "../model/place";

/** Text with some of it emphasised: strings at odd positions are. */
export type Emphasised = readonly string[];

export interface Reading {
  readonly sentence: Emphasised;
  readonly exact: string;
}

export const byNumber: TickNames = { query: String, key: String };

/** `map` is the attention map that the place is in. */
export function read(map: HeadMap, place: Place, names: TickNames = byNumber): Reading {
  const { query, key } = place;
  const visible = map.visibleKeys[query] ?? 0;
  const entropy = map.entropy[query] ?? 0;
  const start = place.map === 0 ? "Query " : `In head ${place.map}, query `;
  const spread = `entropy of query ${query}: ${exact(entropy)} nats, ${percent(map.normalisedEntropy[query] ?? 0)} of ln ${visible}`;
  if (visible === 0) {
    const nothing = " sees no key: its weights, its output and its entropy are ";
    return { sentence: [start, names.query(query), nothing, "0", "."], exact: "" };
  }
  if (key === null) {
    const among = visible === 1 ? "sees only one key" : `sees ${visible} keys`;
    return {
      sentence: [
        start,
        names.query(query),
        ` ${among}: its entropy is `,
        `${entropy.toFixed(3)} nats`,
        `, where ln ${visible} = ${(map.largestEntropy[query] ?? 0).toFixed(3)} is the maximum, with equal weights.`,
      ],
      exact: spread,
    };
  }
  if (!isVisible(map, query, key)) {
    const hidden = map.visible ? "it" : "every later token";
    return {
      sentence: [
        start,
        names.query(query),
        " does not see key ",
        names.key(key),
        `: the mask hides ${hidden}, and the weight is `,
        "0",
        ".",
      ],
      exact: spread,
    };
  }
  const weight = map.weights[query * map.keys + key] ?? 0;
  const own = map.weights[query * map.keys + query] ?? 0;
  const ofEqual = `, ${shareInWords(weight * visible)} (1/${visible} = ${reading(1 / visible)})`;
  // Scores that are shown as they are may be negative.
  const share = weight < 0 ? "" : visible === 1 ? ", the only key it sees" : ofEqual;
  // Only where tokens look at themselves is the same number the same token.
  const keeps = key === query || map.queries !== map.keys ? ["."] : [". Its weight for itself is ", reading(own), "."];
  return {
    sentence: [
      start,
      names.query(query),
      " gives key ",
      names.key(key),
      " a weight of ",
      reading(weight),
      `${share}${keeps[0]}`,
      ...keeps.slice(1),
    ],
    exact: `weight ${exact(weight)} · ${spread}`,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Writes a reading into a paragraph; emphasised parts become <b>. Text only, whatever it holds. */
export function writeEmphasised(target: HTMLElement, parts: Emphasised): void {
  target.replaceChildren(...parts.flatMap((text, i) => (i % 2 === 0 ? withSubscripts(text) : [el("b", {}, text)])));
}
