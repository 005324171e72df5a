/** Which rows of a table name its columns, and what the names say. */
import { readNumber } from "./text-number";

export const isNumber = (cell: string) => readNumber(cell) !== undefined;
const isWhole = (cell: string) => /^\s*-?\d+\s*$/.test(cell);
const isBlank = (cell: string) => cell.trim() === "";

/**
 * A row without numbers, or one of names among which only whole numbers stand: tokens such as 7 and 2026; or such a row after an
 * empty corner.
 */
export function isHeader(cells: readonly string[]): boolean {
  const [first = "", ...others] = cells;
  const isNameOrWhole = (cell: string) => !isBlank(cell) && (isWhole(cell) || !isNumber(cell) || isNoNumber(cell));
  if (others.length > 0 && isBlank(first)) return others.every(isNameOrWhole);
  if (others.length > 1 && place.test(first.trim()) && areNumbersOfPlaces(others)) return true;
  const isNamed = others.some((cell) => !isBlank(cell) && !isNumber(cell));
  return isNamed
    ? others.every((cell) => isBlank(cell) || isNameOrWhole(cell)) && (isWhole(first) || !isNumber(first))
    : others.every((cell) => !isNumber(cell)) && !isNumber(cells.at(-1) ?? "");
}

/** A token that is called nan or inf. */
const isNoNumber = (cell: string) => !Number.isFinite(readNumber(cell));

/** A row of whole numbers, of which one is above 1: names of columns rather than weights. */
export const areWholeNames = (numbers: ArrayLike<number>): boolean => {
  const all = Array.from(numbers);
  return all.every(Number.isInteger) && all.some((value) => value > 1 || all.length === 1);
};

/** 0, 1, 2, … or 1, 2, 3, …, alone or after a V or X, as pandas and R number what has no name. */
export function areNumbersOfPlaces(names: readonly string[]): boolean {
  const [, letters, start] = /^([VX]?)([01])$/.exec(names[0]?.trim() ?? "") ?? [];
  return start !== undefined && names.every((name, i) => name.trim() === `${letters}${Number(start) + i}`);
}

const place =
  /^(batch|layer|head|query|key|token|row|col|column|from|to|src|dst|source|target)([ _]?(id|idx|index|token|pos|position|from|to))?$/i;

/** How many names at the front are of places (layer, head, query), where others follow that are not. */
export function leadingPlaces(names: readonly string[]): number {
  const first = names.findIndex((name) => !place.test(name.trim()));
  return first > 0 ? first : 0;
}

/** What stands where numbers were left out. */
export const isEllipsis = (cell: string): boolean => /^(\.{2,3}|…|⋮)$/.test(cell.trim());
