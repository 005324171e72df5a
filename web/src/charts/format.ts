/** Numbers as text. Powers of ten are written "1e-8": the raised digits of Unicode are in few fonts, and a plain text has no others. */

/** Like the notebook prints them: weights to 3 decimals, statistics to 4. */
export const weight3 = (value: number) => value.toFixed(3);
export const statistic4 = (value: number) => value.toFixed(4);

/** With a minus sign, and none before a zero: "−1.30", "0.00". */
export const signed = (value: number, decimals: number) =>
  value
    .toFixed(decimals)
    .replace(/^-(?=[0.]*$)/, "")
    .replace("-", "−");

/** As a factor of a product: "1.30", "(−1.30)". */
export const factor = (value: number, decimals: number) =>
  value < 0 ? `(${signed(value, decimals)})` : signed(value, decimals);

/** Three decimals while they carry at least two significant digits, then three significant digits. */
export function reading(value: number): string {
  if (value < 0) return `−${reading(-value)}`;
  if (value === 0 || value >= 0.01 || Number.isNaN(value)) return value === 0 ? "0" : value.toFixed(3);
  return value >= 1e-4 ? value.toPrecision(3) : value.toExponential(2);
}

/** The shortest decimal that names this float32. */
export function exact(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return `${Number(text)}`;
  }
  return String(value);
}

/**
 * A number that is known to within `error`: "0.1342 ± 0.0007". It has the decimals of the error's first digit, and the error that is
 * shown is rounded up so that it covers what these decimals leave out too. Without an error it is exact.
 */
export function withError(value: number, error: number): string {
  if (!(error > 0)) return exact(value);
  const decimals = Math.min(100, Math.max(0, -Math.floor(Math.log10(error))));
  const unit = 10 ** -decimals;
  const shown = Number(value.toFixed(decimals));
  const most = Math.ceil((error + Math.abs(value - shown)) / unit - 1e-9);
  if (decimals <= longestPlain) return `${value.toFixed(decimals)} ± ${(most * unit).toFixed(decimals)}`;
  const power = Math.floor(Math.log10(Math.max(shown, most * unit)));
  const digits = Math.max(0, decimals + power);
  const [mantissa, spread] = [shown, most * unit].map((number) => (number / 10 ** power).toFixed(digits));
  return `(${mantissa} ± ${spread})e${power}`;
}

/** Decimals that are read without counting zeros. */
const longestPlain = 6;

/** At most two significant digits, for axes: "0.02", "3e-5", "2,000", "1e6". */
export function short(value: number): string {
  if (value === 0 || (value >= 1e-3 && value < 1e5)) return Number(value.toPrecision(2)).toLocaleString("en", decimals);
  return value.toExponential(0).replace("+", "");
}

const decimals = { maximumFractionDigits: 6 };

/** "16,384" */
export const count = (value: number) => value.toLocaleString("en");

/** Positions on a crowded axis: "12.3k" where that is exact for all of them, else "12,345". */
export function positions(ticks: readonly number[]): (value: number) => string {
  const inThousands = ticks.every((tick) => tick % 100 === 0);
  return (value) => (inThousands && value >= 1000 ? `${value / 1000}k` : count(value));
}

const parts = [
  "",
  "",
  "half",
  "a third",
  "a quarter",
  "a fifth",
  "a sixth",
  "a seventh",
  "an eighth",
  "a ninth",
  "a tenth",
];

/** A weight as a multiple of the equal share, in words: "a sixth of an equal share", "3.4 times an equal share". */
export function shareInWords(ratio: number): string {
  if (ratio === 0) return "nothing of an equal share";
  if (ratio > 0.95 && ratio < 1.05) return "an equal share";
  if (ratio >= 1.95) return `${ratio < 2.05 ? "twice" : `${Number(ratio.toPrecision(2))} times`} an equal share`;
  if (ratio > 1) return `${ratio.toFixed(1)} times an equal share`;
  const part = parts[Math.round(1 / ratio)];
  if (ratio > 0.6) return `${ratio.toFixed(1)} of an equal share`;
  if (part) return `${part} of an equal share`;
  return `1/${Number((1 / ratio).toPrecision(2)).toLocaleString("en")} of an equal share`;
}

const longestName = 8;

/** A token's name, cut where it would not fit beside a map. */
export const shorten = (name: string): string => {
  const characters = [...name];
  return characters.length > longestName ? `${characters.slice(0, longestName - 1).join("")}…` : name;
};
