/** Fields of a figure's state: what the controls, the attributes and the address all read. */

export interface NumberRange {
  readonly key: string;
  /** What the control says, where that is not the key. */
  readonly label?: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

export interface NumberField<Key extends string, State> extends NumberRange {
  readonly key: Key;
  readonly default: number;
  /** The next value upwards (+1) or downwards (−1), for arrow keys and dragging. */
  readonly step: (value: number, direction: 1 | -1, state: State) => number;
}

export const byOne = (value: number, direction: 1 | -1) => value + direction;

/** One unit of the second significant digit: 1.0 → 1.1, 0.50 → 0.49, 37 → 38. */
export function bySecondDigit(value: number, direction: 1 | -1): number {
  const toward = direction > 0 ? value : value * (1 - 1e-9);
  const unit = 10 ** (Math.floor(Math.log10(toward) + 1e-12) - 1);
  return Number((value + direction * unit).toPrecision(2));
}

export const masks = ["none", "causal"] as const;
export type Mask = (typeof masks)[number];

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** Reads what a person typed, a writer's attribute or a URL said; a problem names the actual text and the range. */
export function parseNumber(field: NumberRange, text: string): Parsed<number> {
  const trimmed = text.trim();
  // Each digit can be taken in one way only: of a text that is no number every other way would be tried.
  const value = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (value >= field.min && value <= field.max && (!field.whole || Number.isInteger(value))) return { value };
  const kind = field.whole ? "a whole number" : "a number";
  return { problem: `${field.label ?? field.key} is ${kind} from ${field.min} to ${field.max}, not “${quote(text)}”` };
}

export function parseChoice<T extends string>(key: string, choices: readonly T[], text: string): Parsed<T> {
  const value = choices.find((choice) => choice === text.trim());
  return value ? { value } : { problem: `${key} is ${choices.join(" or ")}, not “${quote(text)}”` };
}

export const parseMask = (text: string) => parseChoice("mask", masks, text);

export const clampToField = (field: NumberRange, value: number) => Math.min(field.max, Math.max(field.min, value));

/** Someone else's text, safe to show in a sentence: one line, no direction overrides, not longer than a line. */
export function quote(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  const characters = [...clean];
  return characters.length > 40 ? `${characters.slice(0, 40).join("")}…` : clean;
}
