/** The regular expressions of tokenizers, which are Oniguruma's, as JavaScript's. @module */
import { SplitPreTokenizer } from "@huggingface/tokenizers";
import { fieldsOf, textOf } from "./fields";

/** A pattern of a tokenizer, { Regex } or { String }, with the flags g and u. */
export function patternOf(value: unknown, name: string): RegExp {
  const { Regex, String: literal } = fieldsOf(value, name);
  if (typeof literal === "string") return new RegExp(literal.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"), "gu");
  return regularExpression(textOf(Regex, `${name}.Regex`), name);
}

export function regularExpression(source: string, name: string): RegExp {
  const reason = reasonToRefuse(source);
  if (reason) throw new Error(`${name} is the regular expression ${source.slice(0, 80)}, which ${reason}`);
  try {
    const { pattern } = new SplitPreTokenizer({
      type: "Split",
      pattern: { Regex: source },
      behavior: "Isolated",
      invert: false,
    });
    if (pattern) return pattern;
  } catch (error) {
    throw new Error(`${name} is the regular expression ${source.slice(0, 80)}, which is not one that is known`, {
      cause: error,
    });
  }
  throw new Error(`${name} has no regular expression`);
}

/** How many parts of one alternative may match in several ways. Those of o200k have 5. */
const mostChoices = 8;
/** How many of those may be of any length, each of which may multiply the time by the length of the text. */
const mostRepeats = 2;

interface Cost {
  choices: number;
  repeats: number;
}

/**
 * Why a pattern is refused, if it is: JavaScript cannot stop a match that goes on for ever, so no pattern is tried whose time may
 * grow exponentially with the text, or faster than the text's length to the power of `mostRepeats`.
 */
export function reasonToRefuse(source: string): string | undefined {
  if (source.length > 20_000) return `has ${source.length} characters; at most 20000 are read`;
  if (/\\[1-9]|\\k</.test(source.replace(/\\\\/g, "")))
    return "refers back to what it matched, which may take for ever";
  let at = 0;
  let reason: string | undefined;

  const group = (depth: number): Cost => {
    if (depth > 50) {
      reason = "is nested more than 50 deep";
      at = source.length;
    }
    const most = { choices: 0, repeats: 0 };
    let branch = { choices: 0, repeats: 0 };
    let branches = 0;
    const endBranch = () => {
      most.choices = Math.max(most.choices, branch.choices);
      most.repeats = Math.max(most.repeats, branch.repeats);
      branch = { choices: 0, repeats: 0 };
      branches++;
    };
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        at++;
        endBranch();
        continue;
      }
      const inside = atom(depth);
      const repeat = quantifier();
      if (repeat.variable) inside.choices++;
      if (repeat.most > 16) inside.repeats++;
      branch.choices += inside.choices;
      branch.repeats += inside.repeats;
      if (repeat.most > 1 && inside.choices > (repeat.variable ? 1 : 0))
        reason ??= "repeats what may match in several ways, so that it may take for ever";
      if (branch.choices > mostChoices || branch.repeats > mostRepeats)
        reason ??= "has too many parts that may match in several ways, so that it may take for ever";
    }
    endBranch();
    if (branches > 1) most.choices++;
    return most;
  };

  const atom = (depth: number): Cost => {
    const first = source[at];
    if (first === "(") {
      at += /^\((\?(<[=!]|<\w+>|[a-z-]*:|[=!>]))?/.exec(source.slice(at, at + 60))?.[0].length ?? 1;
      const cost = group(depth + 1);
      at++;
      return cost;
    }
    if (first === "[") characterClass();
    else at += first === "\\" ? (/^\\[pPxu]\{[^}]*\}/.exec(source.slice(at, at + 60))?.[0].length ?? 2) : 1;
    return { choices: 0, repeats: 0 };
  };

  const characterClass = () => {
    let open = 0;
    do {
      if (source[at] === "\\") at++;
      else if (source[at] === "[") {
        open++;
        if (source[at + 1] === "^") at++;
        if (source[at + 1] === "]") at++;
      } else if (source[at] === "]") open--;
      at++;
    } while (open > 0 && at < source.length);
  };

  const quantifier = () => {
    let most = 1;
    let variable = false;
    for (;;) {
      const [text, low, comma, high] = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})/.exec(source.slice(at, at + 24)) ?? [];
      if (!text || text === "{}" || text === "{,}") return { most, variable };
      at += text.length;
      if (text === "?") variable = true;
      else if (text === "*" || text === "+") {
        most = Number.POSITIVE_INFINITY;
        variable = true;
      } else {
        most *= comma ? (high ? Number(high) : Number.POSITIVE_INFINITY) : Number(low);
        variable ||= comma === "," && low !== high;
      }
    }
  };

  while (at < source.length) {
    group(0);
    // A bracket that closes nothing.
    at++;
  }
  return reason;
}
