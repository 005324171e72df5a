/**
 * What decides what a figure shows, as a table of settings: its controls, its attributes and its address all read it.
 * The keys of the state are the names of attributes and, with the figure's prefix, of URL parameters.
 */
import { type NumberField, type NumberRange, type Parsed, parseChoice, parseNumber } from "./fields";
import { parameterReader } from "./parameters";

export interface NumberControl extends NumberRange {
  /** The next value upwards (+1) or downwards (−1), in a state of the figure. */
  readonly step: (value: number, direction: 1 | -1, state?: object) => number;
  /** With a slider too, on a logarithmic track: the nearest value that it offers. */
  readonly slider?: (value: number) => number;
}

export interface Setting<Value> {
  readonly default: Value;
  /** Reads a text, where it matters in a state of the figure. */
  readonly parse: (text: string, state?: object) => Parsed<Value>;
  readonly format: (value: Value) => string;
  /** Tells values apart, where writing them takes long. */
  readonly identify?: (value: Value) => string;
  /** Set by a scrubber, or among words; without either the figure itself has a way to change it. */
  readonly number?: NumberControl;
  readonly choices?: readonly string[];
  /** What the control says, where that is not the key. */
  readonly label?: string;
  /** A value of it that is not the default is the reader's own: no server and no other page gets to know it. */
  readonly isOwn?: boolean;
  /** The control is there only while another setting has this value. */
  readonly when?: When;
}

export type When = Readonly<Record<string, string>>;

export type Settings<State> = { readonly [Key in keyof State]: Setting<State[Key]> };

interface NumberOptions {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly label?: string;
  readonly when?: When;
  /** The next value upwards (+1) or downwards (−1), for arrow keys and dragging; by one if not given. */
  readonly step?: NumberControl["step"];
  readonly slider?: NumberControl["slider"];
}

export function numberSetting(key: string, options: NumberOptions): Setting<number> {
  const {
    default: start,
    min,
    max,
    whole = true,
    label,
    slider,
    when,
    step = (value, direction) => value + direction,
  } = options;
  const range = { key, min, max, whole, ...(label ? { label } : {}) };
  return {
    default: start,
    parse: (text) => parseNumber(range, text),
    format: String,
    number: { ...range, step, ...(slider ? { slider } : {}) },
    ...(label ? { label } : {}),
    ...(when ? { when } : {}),
  };
}

/** The settings of fields whose steps depend on the rest of the state. */
export const numberSettings = <Key extends string, State extends object>(fields: readonly NumberField<Key, State>[]) =>
  Object.fromEntries(
    fields.map(({ key, step, ...field }) => {
      const inState: NumberControl["step"] = (value, direction, state) => step(value, direction, state as State);
      return [key, numberSetting(key, { ...field, step: inState })];
    }),
  ) as Record<Key, Setting<number>>;

/** What no attribute sets: the figure itself has a way to change it. */
export const unwrittenSetting = <Value>(key: string): Setting<Value | null> => ({
  default: null,
  parse: () => ({ problem: `${key} is no attribute` }),
  format: (value) => JSON.stringify(value),
});

/** Set elsewhere than in the line of controls. */
export const withoutControl = <Value>({ default: start, parse, format, identify }: Setting<Value>): Setting<Value> => ({
  default: start,
  parse,
  format,
  ...(identify && { identify }),
});

/** Each value twice the last: 1, 2, 4, … */
export const byDoubling = (value: number, direction: 1 | -1) =>
  direction > 0 ? 2 ** Math.floor(Math.log2(value) + 1) : 2 ** Math.ceil(Math.log2(value) - 1);

export function choiceSetting<T extends string>(
  key: string,
  choices: readonly [T, ...T[]],
  { default: start = choices[0], label }: { readonly default?: T; readonly label?: string } = {},
): Setting<T> {
  const parse = (text: string) => parseChoice(key, choices, text);
  return { default: start, parse, format: String, choices, ...(label ? { label } : {}) };
}

/** Whether a setting has a say in this state. */
export const applies = <State extends object>({ when }: { readonly when?: When }, state: State): boolean =>
  Object.entries(when ?? {}).every(([key, value]) => String(state[key as keyof State]) === value);

export const defaultsOf = <State extends object>(settings: Settings<State>): State =>
  Object.fromEntries(entriesOf(settings).map(([key, setting]) => [key, setting.default])) as State;

/** Whether a state holds something of the reader's own. */
export const holdsOwn = <State extends object>(settings: Settings<State>, state: State): boolean =>
  entriesOf(settings).some(([key, { isOwn, default: start, format }]) => isOwn && format(state[key]) !== format(start));

/** A state without what is the reader's own. */
export const withoutOwn = <State extends object>(settings: Settings<State>, state: State): Partial<State> =>
  Object.fromEntries(
    entriesOf(settings).flatMap(([key, { isOwn }]) => (isOwn ? [] : [[key, state[key]]])),
  ) as Partial<State>;

export const entriesOf = <State extends object>(settings: Settings<State>) =>
  Object.entries(settings) as [keyof State & string, Setting<State[keyof State]>][];

/** Writes a state into a copy of `search`, defaults left out; parameters that are not the figure's stay. */
export function toSettingsSearch<State extends object>(
  settings: Settings<State>,
  state: State,
  prefix: string,
  search = "",
): string {
  const parameters = new URLSearchParams(search);
  for (const [key, { default: start, format }] of entriesOf(settings)) {
    const text = format(state[key]);
    if (text === format(start)) parameters.delete(prefix + key);
    else parameters.set(prefix + key, text);
  }
  const text = parameters.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** Reads a URL query. What cannot be used falls back to `fallback` and is named in `problems`. */
export function fromSettingsSearch<State extends object>(
  settings: Settings<State>,
  search: string,
  prefix: string,
  fallback: State,
): { state: State; problems: string[] } {
  const { read, problems } = parameterReader(new URLSearchParams(search));
  const entries = entriesOf(settings).map(([key, { parse }]) => [key, read(prefix + key, parse, fallback[key])]);
  return { state: Object.fromEntries(entries) as State, problems };
}
