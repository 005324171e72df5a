/**
 * The state as a URL query, defaults left out: "?tokens=16&mask=causal&cell=4,7&map=2".
 * `cell` is the locked place, "query,key" or "query"; `map` the map it was locked in, left out for the single head.
 */
import { type Parsed, parseMask, parseNumber, quote } from "../../model/fields";
import { isInside, type NotebookState, notebookDefaults, numberFields } from "../../model/notebook-state";
import { parameterReader } from "../../model/parameters";
import type { Place } from "../../model/place";

const ownKeys = [...numberFields.map((field) => field.key), "mask", "cell", "map"];

/** Writes the state into a copy of `search`, where parameters that are not ours stay. */
export function toSearch(state: NotebookState, search = "", defaults = notebookDefaults): string {
  const parameters = new URLSearchParams(search);
  for (const key of ownKeys) parameters.delete(key);
  for (const { key } of numberFields) {
    if (state[key] !== defaults[key]) parameters.set(key, String(state[key]));
  }
  if (state.mask !== defaults.mask) parameters.set("mask", state.mask);
  if (state.locked) {
    const { query, key, map } = state.locked;
    parameters.set("cell", key === null ? `${query}` : `${query},${key}`);
    if (map !== 0) parameters.set("map", String(map));
  }
  const text = parameters.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** Reads a URL query. What cannot be used falls back to the default and is named in `problems`. */
export function fromSearch(search: string, defaults = notebookDefaults): { state: NotebookState; problems: string[] } {
  const parameters = new URLSearchParams(search);
  const { read, problems } = parameterReader(parameters);
  const numbers = Object.fromEntries(
    numberFields.map((field) => [field.key, read(field.key, (text) => parseNumber(field, text), defaults[field.key])]),
  ) as Pick<NotebookState, "tokens" | "width" | "heads" | "seed" | "temperature">;
  const state = { ...defaults, ...numbers, mask: read("mask", parseMask, defaults.mask), locked: null };
  const locked = read("cell", (text) => parsePlace(text, parameters.get("map") ?? "0", state), defaults.locked);
  return { state: { ...state, locked }, problems };
}

function parsePlace(cell: string, map: string, state: NotebookState): Parsed<Place | null> {
  const match = /^(\d{1,7})(?:,(\d{1,7}))?$/.exec(cell);
  if (!match || !/^\d{1,2}$/.test(map)) {
    return { problem: `cell is “query,key” in a map, not “${quote(cell)}” in “${quote(map)}”` };
  }
  const place = { query: Number(match[1]), key: match[2] === undefined ? null : Number(match[2]), map: Number(map) };
  if (isInside(place, state)) return { value: place };
  const size = `${state.tokens} × ${state.tokens} maps of ${state.heads} heads`;
  return { problem: `cell ${quote(cell)} of map ${map} lies outside the ${size}` };
}
