/** What no number is called: pandas leaves it out between its commas, R writes NA. */
const others: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["-nan", Number.NaN],
  ["na", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["+inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

const withDecimalComma = /^[-+]?\d*,\d+(e[-+]?\d+)?$/i;

/** The number that a cell of a table holds; undefined where it holds none. */
export function readNumber(cell: string): number | undefined {
  const number = Number(cell);
  // Most cells are numbers, and end here.
  if (number !== 0 && Number.isFinite(number)) return number;
  const text = cell.trim();
  if (text === "") return undefined;
  if (!Number.isNaN(number)) return number;
  if (text.endsWith("%")) {
    const share = text.slice(0, -1);
    const value = /\d/.test(share) && !share.includes("%") ? readNumber(share) : undefined;
    return value === undefined ? undefined : value / 100;
  }
  // Many countries write 0.5 as 0,5.
  return withDecimalComma.test(text) ? Number(text.replace(",", ".")) : others.get(text.toLowerCase());
}
