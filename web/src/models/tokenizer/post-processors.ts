import { type Fields, fieldsOf, idOf, listOf, stepsOf, textOf } from "./fields";
import type { Piece } from "./models/token-model";

/** A token among others: of which of the texts it is (null: of none), and its type. */
export interface Entry extends Piece {
  sequence: 0 | 1 | null;
  type: number;
}

/** What a tokenizer does with the tokens of one text, or of a pair: puts special tokens around them, and says of which type each is. */
export type PostProcessor = (texts: readonly (readonly Entry[])[], special: boolean) => readonly (readonly Entry[])[];

/** The `post_processor` of a tokenizer.json. */
export function postProcessorOf(value: unknown): PostProcessor {
  if (value === null || value === undefined) return (texts) => texts;
  const steps = stepsOf(value, "processors", "post_processor").map(([fields, name]) => stepOf(fields, name));
  return (texts, special) => steps.reduce((entries, step) => step(entries, special), texts);
}

function stepOf(fields: Fields, name: string): PostProcessor {
  const type = textOf(fields.type, `${name}.type`);
  if (type === "ByteLevel") return byteLevel(fields);
  if (type === "BertProcessing") return bert(fields, name);
  if (type === "RobertaProcessing") return roberta(fields, name);
  if (type === "TemplateProcessing") return template(fields, name);
  throw new Error(
    `${name} is of the type ${type}; known are BertProcessing, ByteLevel, RobertaProcessing, Sequence and TemplateProcessing`,
  );
}

const specialEntry = (id: number, token: string, type: number): Entry => ({
  id,
  token,
  span: [0, 0],
  sequence: null,
  type,
});

/** Takes the spaces at its ends out of where a token comes from. */
function byteLevel({ trim_offsets, add_prefix_space }: Fields): PostProcessor {
  if (trim_offsets === false) return (texts) => texts;
  const prefixed = add_prefix_space !== false;
  return (texts) => texts.map((entries) => entries.map((entry, i) => trimmed(entry, i === 0, prefixed)));
}

function trimmed(entry: Entry, isFirst: boolean, prefixed: boolean): Entry {
  const { token } = entry;
  let leading = /^[Ġ\p{White_Space}]*/u.exec(token)?.[0].length ?? 0;
  let trailing = 0;
  while (/[Ġ\p{White_Space}]/u.test(token.charAt(token.length - 1 - trailing))) trailing++;
  const [first, last] = entry.span;
  // One space may be that which was put before the text; more were in it.
  if (leading === 1 && prefixed && (isFirst || first === 0)) leading = 0;
  const start = Math.min(first + leading, last);
  return { ...entry, span: [start, trailing === token.length ? start : Math.max(last - trailing, start)] };
}

function namedToken(value: unknown, name: string, type: number): Entry {
  const [token, id] = listOf(value, name, 2);
  return specialEntry(idOf(id, `${name}[1]`), textOf(token, `${name}[0]`), type);
}

function bert({ cls, sep }: Fields, name: string): PostProcessor {
  const first = namedToken(cls, `${name}.cls`, 0);
  const last = namedToken(sep, `${name}.sep`, 0);
  return (texts, special) => {
    if (!special) return texts;
    return texts.map((entries, i) => [
      ...(i === 0 ? [first] : []),
      ...entries.map((entry) => ({ ...entry, type: i })),
      { ...last, type: i },
    ]);
  };
}

function roberta(fields: Fields, name: string): PostProcessor {
  const first = namedToken(fields.cls, `${name}.cls`, 0);
  const last = namedToken(fields.sep, `${name}.sep`, 0);
  const trim = byteLevel(fields);
  return (texts, special) =>
    trim(texts, special).map((given, i) => {
      const entries = given.map((entry) => ({ ...entry, type: 0 }));
      return special ? [i === 0 ? first : last, ...entries, last] : entries;
    });
}

const mostParts = 1000;

/** One part of a template: tokens of its own, or a text. */
type Part = { tokens: readonly Entry[] } | { sequence: number; type: number };

function template(fields: Fields, name: string): PostProcessor {
  const single = partsOf(fields.single, `${name}.single`, fields.special_tokens);
  const pair = partsOf(fields.pair ?? [], `${name}.pair`, fields.special_tokens);
  return (texts, special) =>
    (texts.length > 1 ? pair : single).map((part) => {
      if ("tokens" in part) return special ? part.tokens : [];
      return (texts[part.sequence] ?? []).map((entry) => ({ ...entry, type: part.type }));
    });
}

function partsOf(value: unknown, name: string, specialTokens: unknown): Part[] {
  return listOf(value, name, mostParts).map((entry, i): Part => {
    const part = fieldsOf(entry, `${name}[${i}]`);
    if ("Sequence" in part) {
      const { id, type_id } = fieldsOf(part.Sequence, `${name}[${i}].Sequence`);
      if (id !== "A" && id !== "B")
        throw new Error(`${name}[${i}].Sequence.id is ${JSON.stringify(id)}, not "A" or "B"`);
      return { sequence: id === "A" ? 0 : 1, type: idOf(type_id, `${name}[${i}].Sequence.type_id`) };
    }
    const { id, type_id } = fieldsOf(part.SpecialToken, `${name}[${i}].SpecialToken`);
    const key = textOf(id, `${name}[${i}].SpecialToken.id`);
    const type = idOf(type_id, `${name}[${i}].SpecialToken.type_id`);
    const all = fieldsOf(specialTokens, "special_tokens");
    const { ids, tokens } = fieldsOf(Object.hasOwn(all, key) ? all[key] : undefined, `special_tokens["${key}"]`);
    const names = listOf(tokens, `special_tokens["${key}"].tokens`, mostParts);
    return {
      tokens: listOf(ids, `special_tokens["${key}"].ids`, mostParts).map((number, j) =>
        specialEntry(idOf(number, `special_tokens["${key}"].ids[${j}]`), textOf(names[j] ?? key, key), type),
      ),
    };
  });
}
