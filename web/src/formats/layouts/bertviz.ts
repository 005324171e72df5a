/**
 * What BertViz writes into its pages: { attention: [{ name, attn, left_text, right_text }] }, an entry for each choice of its menu
 * (https://github.com/jessevig/bertviz), and { attention: { all: { attn, queries, keys, … } } } of its view of neurons.
 */
import { alone } from "./families";
import { setOf } from "./parts";
import type { AttentionSet, Context } from "./reading";

export function bertViz(context: Context): readonly AttentionSet[] | undefined {
  const { tensors, labels } = context.file;
  const sets = tensors
    .filter(({ name }) => /(^|\.)attn$/.test(name))
    .flatMap((tensor) => {
      const prefix = tensor.name.slice(0, -"attn".length);
      if (!labels[`${prefix}left_text`]) return [];
      const right = labels[`${prefix}right_text`] ? `${prefix}right_text` : `${prefix}left_text`;
      const name = labels[`${prefix}name`]?.[0] ?? prefix.split(".").at(-2) ?? "";
      const texts = { queryTokens: [`${prefix}left_text`], keyTokens: [right] };
      return [setOf({ weights: alone(tensor) }, { tokens: undefined }, name, texts)];
    });
  return sets.length > 0 ? sets : undefined;
}
