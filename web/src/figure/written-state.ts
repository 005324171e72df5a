/** A figure's state as it is written elsewhere: in an address, in the browser's history, in a tag, in a file that is saved. */
import { applies, defaultsOf, entriesOf, fromSettingsSearch, type Settings, toSettingsSearch } from "../model/settings";
import type { FigureOptions } from "./figure-options";

type Options<State> = Pick<FigureOptions<State>, "settings" | "address" | "withoutHistory">;

/** Parameters begin with it: "scaling-" for <heed-scaling>. */
const prefixOf = (tag: string) => `${tag.replace(/^heed-/, "")}-`;

/** A state as a part of the query `search`. */
export const toSearch = <State extends object>(
  { address, settings }: Options<State>,
  tag: string,
  state: State,
  search: string,
): string => (address ? address.write(state, search) : toSettingsSearch(settings, state, prefixOf(tag), search));

/** What the query does not say is as in `otherwise`. */
export const fromSearch = <State extends object>(
  { address, settings }: Options<State>,
  tag: string,
  search: string,
  otherwise: State,
) => (address ? address.read(search) : fromSettingsSearch(settings, search, prefixOf(tag), otherwise));

/** What of a state makes a step in the browser's history. */
export function historyStep<State extends object>(
  options: Options<State>,
  tag: string,
  state: State,
): string | undefined {
  const { settings, withoutHistory } = options;
  const start = defaultsOf(settings);
  const omitted = withoutHistory?.map((key) => [key, start[key]]);
  return omitted && toSearch(options, tag, { ...state, ...Object.fromEntries(omitted) }, "");
}

/** Those attributes whose settings are not at their default, as text. */
export const toAttributes = <State extends object>(
  settings: Settings<State>,
  names: readonly string[],
  state: State,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    entriesOf(settings)
      .map(([key, { default: start, format }]) => ({ key, text: format(state[key]), start: format(start) }))
      .filter(({ key, text, start }) => text !== start && names.includes(key))
      .map(({ key, text }) => [key, text]),
  );

/** As the line of controls says it: "d_k 64 · mask causal". */
export const inWords = <State extends object>(settings: Settings<State>, state: State): string =>
  entriesOf(settings)
    .filter(([, setting]) => (setting.number || setting.choices) && applies(setting, state))
    .map(([key, { format, label = key }]) => `${label} ${format(state[key])}`)
    .join(" · ");
