/**
 * The long map's state as URL parameters, defaults left out, each prefixed to leave room for the notebook's:
 * "?long-tokens=131072&long-view=8192,4096,1024". `view` is "query,key,span": the corner and the tokens along a side;
 * `cell` the locked position, "query,key".
 */
import { masks, type Parsed, parseChoice, parseNumber, quote } from "../../model/fields";
import {
  changedLong,
  colorScales,
  type LongState,
  longDefaults,
  longFields,
  type Position,
  reductions,
} from "../../model/long-state";
import { leastSpan, type View } from "../../model/long-view";
import { parameterReader } from "../../model/parameters";

const prefix = "long-";
const choices = { mask: masks, reduce: reductions, scale: colorScales } as const;
type ChoiceKey = keyof typeof choices;
const choiceKeys = Object.keys(choices) as ChoiceKey[];

/** Writes the state into a copy of `search`, where parameters that are not ours stay. */
export function toLongSearch(state: LongState, search = "", defaults = longDefaults): string {
  const parameters = new URLSearchParams(search);
  for (const key of [...parameters.keys()]) if (key.startsWith(prefix)) parameters.delete(key);
  for (const key of [...longFields.map((field) => field.key), ...choiceKeys])
    if (state[key] !== defaults[key]) parameters.set(prefix + key, String(state[key]));
  const { view, locked } = state;
  if (view) parameters.set(`${prefix}view`, [view.query, view.key, view.span].map(Math.round).join());
  if (locked) parameters.set(`${prefix}cell`, `${locked.query},${locked.key}`);
  const text = parameters.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** Reads a URL query. What cannot be used falls back to the default and is named in `problems`. */
export function fromLongSearch(search: string, defaults = longDefaults): { state: LongState; problems: string[] } {
  const { read, problems } = parameterReader(new URLSearchParams(search));
  const entries = [
    ...longFields.map((field) => [
      field.key,
      read(prefix + field.key, (text) => parseNumber(field, text), defaults[field.key]),
    ]),
    ...choiceKeys.map((key) => [
      key,
      read<string>(prefix + key, (text) => parseChoice(key, choices[key] as readonly string[], text), defaults[key]),
    ]),
  ];
  const settings: LongState = { ...defaults, ...Object.fromEntries(entries), view: null, locked: null };
  const view = read(`${prefix}view`, (text) => parseView(text, settings.tokens), defaults.view);
  const locked = read(`${prefix}cell`, (text) => parsePosition(text, settings.tokens), defaults.locked);
  return { state: changedLong(settings, { view, locked }), problems };
}

/** "query,key,span" of a map of so many tokens. */
export function parseView(text: string, tokens: number): Parsed<View | null> {
  const match = /^(\d{1,7}),(\d{1,7}),(\d{1,7})$/.exec(text.trim());
  const [query = 0, key = 0, span = 0] = match?.slice(1).map(Number) ?? [];
  if (match && query < tokens && key < tokens && span >= Math.min(leastSpan, tokens))
    return { value: { query, key, span } };
  return {
    problem: `view is “query,key,span”, a corner within ${tokens} × ${tokens} and at least ${leastSpan} tokens a side, not “${quote(text)}”`,
  };
}

function parsePosition(text: string, tokens: number): Parsed<Position | null> {
  const match = /^(\d{1,7}),(\d{1,7})$/.exec(text.trim());
  const [query = 0, key = 0] = match?.slice(1).map(Number) ?? [];
  if (match && query < tokens && key < tokens) return { value: { query, key } };
  return { problem: `cell is “query,key” within ${tokens} × ${tokens}, not “${quote(text)}”` };
}
