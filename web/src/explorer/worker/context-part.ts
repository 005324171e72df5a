import type { EncodedText } from "./protocol";

/**
 * As many tokens of a text from `from` on as fit into the context. What the tokenizer put around the text stays around the part, as the
 * model was trained with it.
 */
export function partOf(text: EncodedText, from: number, context: number): EncodedText {
  const { input, names, words, around = [0, 0] } = text;
  const { ids, typeIds } = input;
  const total = ids.length;
  if (context <= 0 || total <= context) return text;
  const [before, after] = around[0] + around[1] < context ? around : [0, 0];
  const most = context - before - after;
  const start = before + Math.min(from, total - after - before - most);
  const part = <T>(list: readonly T[]) => [
    ...list.slice(0, before),
    ...list.slice(start, start + most),
    ...list.slice(total - after),
  ];
  return {
    ...text,
    input: { ...input, ids: part(ids), ...(typeIds && { typeIds: part(typeIds) }) },
    names: part(names),
    ...(words && { words: part(words) }),
    total,
  };
}
