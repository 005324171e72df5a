/** What entropies are said in: nats, bits, or as a share of the most that a query can have. Pure. */
export const entropyUnits = ["nats", "bits", "normalised"] as const;
export type EntropyUnit = (typeof entropyUnits)[number];

/** Entropies as the core gives them. */
export interface Entropies {
  /** In nats. */
  readonly entropy: Float32Array;
  /** Divided by ln(visible keys); 0 where only one is visible. */
  readonly normalisedEntropy: Float32Array;
}

export const inUnit = (unit: EntropyUnit, { entropy, normalisedEntropy }: Entropies): Float32Array =>
  unit === "normalised" ? normalisedEntropy : unit === "nats" ? entropy : entropy.map((nats) => nats / Math.LN2);

/** The most that an entropy can be, where all keys are alike. */
export function ceilingOf(unit: EntropyUnit, visibleKeys: number): number {
  const nats = Math.log(Math.max(1, visibleKeys));
  if (unit === "normalised") return nats > 0 ? 1 : 0;
  return unit === "nats" ? nats : nats / Math.LN2;
}

/** "ln 8 = 2.079", "log₂ 8 = 3.000", "1". */
export function ceilingName(unit: EntropyUnit, visibleKeys: number): string {
  if (unit === "normalised") return "1";
  return `${logarithm[unit]} ${visibleKeys} = ${ceilingOf(unit, visibleKeys).toFixed(3)}`;
}

/** The ceiling where it differs from query to query. */
export const ceilingsName = (unit: EntropyUnit) => (unit === "normalised" ? "1" : `${logarithm[unit]}(visible keys)`);

/** On the axis. */
export const axisName = (unit: EntropyUnit) =>
  unit === "normalised" ? "entropy ÷ ln(visible keys)" : `entropy, ${unit}`;

const logarithm = { nats: "ln", bits: "log₂" } as const;
