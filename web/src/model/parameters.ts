/** Reading a URL query's parameters: what cannot be used falls back to a default and is named in `problems`. */
import type { Parsed } from "./fields";

export function parameterReader(parameters: URLSearchParams) {
  const problems: string[] = [];
  const read = <T>(key: string, parse: (text: string) => Parsed<T>, fallback: T): T => {
    const text = parameters.get(key);
    if (text === null) return fallback;
    const parsed = parse(text);
    if ("value" in parsed) return parsed.value;
    problems.push(parsed.problem);
    return fallback;
  };
  return { read, problems };
}
