/** What entropies are said in: nats, bits, or as a share of the most that a query can have. Pure. */
export const entropyUnits = ["nats", "bits", "normalised"] as const;
export type EntropyUnit = (typeof entropyUnits)[number];

/** An entropy in nats of a query that sees so many keys. One that sees a single key has nothing to spread: 0 of 0 is 0. */
export function inUnit(unit: EntropyUnit, nats: number, visibleKeys: number): number {
  if (unit === "nats") return nats;
  if (unit === "bits") return nats / Math.LN2;
  return visibleKeys > 1 ? nats / Math.log(visibleKeys) : 0;
}

/** The most that it can be, where all keys are alike. */
export const ceilingOf = (unit: EntropyUnit, visibleKeys: number) =>
  inUnit(unit, Math.log(Math.max(1, visibleKeys)), visibleKeys);

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
