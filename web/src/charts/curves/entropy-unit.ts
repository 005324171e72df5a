/** What entropies are said in: nats, bits, or as a share of the most that a query can have. Pure. */
export const entropyUnits = ["nats", "bits", "normalised"] as const;
export type EntropyUnit = (typeof entropyUnits)[number];

/** Entropies as the core gives them, in every unit. */
export interface Entropies {
  /** In nats. */
  readonly entropy: Float32Array;
  readonly entropyBits: Float32Array;
  /** Divided by ln(visible keys); 0 where only one is visible. */
  readonly normalisedEntropy: Float32Array;
  /** ln(visible keys): what all of them alike have. */
  readonly largestEntropy: Float32Array;
  readonly largestEntropyBits: Float32Array;
}

export const inUnit = (unit: EntropyUnit, { entropy, entropyBits, normalisedEntropy }: Entropies): Float32Array =>
  ({ nats: entropy, bits: entropyBits, normalised: normalisedEntropy })[unit];

/** The most that each entropy can be, where all keys are alike. */
export const largestInUnit = (unit: EntropyUnit, { largestEntropy, largestEntropyBits }: Entropies): Float32Array =>
  unit === "normalised"
    ? largestEntropy.map((nats) => (nats > 0 ? 1 : 0))
    : { nats: largestEntropy, bits: largestEntropyBits }[unit];

/** "ln 8 = 2.079", "log₂ 8 = 3.000", "1". */
export const largestName = (unit: EntropyUnit, visibleKeys: number, largest: number): string =>
  unit === "normalised" ? "1" : `${logarithm[unit]} ${visibleKeys} = ${largest.toFixed(3)}`;

/** The same where it differs from query to query. */
export const largestNames = (unit: EntropyUnit) => (unit === "normalised" ? "1" : `${logarithm[unit]}(visible keys)`);

/** On the axis. */
export const axisName = (unit: EntropyUnit) =>
  unit === "normalised" ? "entropy ÷ ln(visible keys)" : `entropy, ${unit}`;

const logarithm = { nats: "ln", bits: "log₂" } as const;
