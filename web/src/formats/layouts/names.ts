/** What names say: of the role of a tensor, of the part of a model that it belongs to, and of the order of its axes. */
import type { Role } from "./reading";

/** Names in the wild, without what stands before them and without numbers; words are parted by underscores. */
const usual: Readonly<Record<Role, RegExp>> = {
  weights:
    /(^|_)(weights?|attn|attentions?|self_attn|attn_?weights?|attention_?(weights?|probs?|probabilities|patterns?)|a|probs?|patterns?|soft_?max(_ext)?|heads?_view)$/,
  scores:
    /(^|_)(scores?|logits|log_?(probs?|probabilities|soft_?max|attn|attentions?|weights)|attn_scores|attention_scores|kq|qk|energy)$/,
  query: /(^|_)(q|query|queries|q_?proj|rot_q|qcur|query_(states|layer))$/,
  key: /(^|_)(k|key|keys|k_?proj|rot_k|kcur|k_cache|key_(states|layer|cache))$/,
  value: /(^|_)(v|value|values|v_?proj|vcur|v_cache|value_(states|layer|cache))$/,
  bias: /(^|_)(bias|attn_bias|attention_bias|position_bias|alibi|rel_pos(_bias)?)$/,
  mask: /(^|_)mask$/,
};

/** "blocks.#.attn.hook_q" → "blocks_attn_hook_q". */
export const wordsOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\d#]+/g, "")
    // Words with spaces between them are prose: "largest weight" is no weight.
    .replace(/ +/g, "+")
    .replace(/[^\p{L}+]+/gu, "_")
    .replace(/^_|_$/g, "");

export function roleOf(name: string): Role | undefined {
  // "a" is short for attention, a1 is not.
  if (/\d/.test(name) && /(^|[^a-z])a\d*$/i.test(name)) return undefined;
  const words = wordsOf(name);
  // Logarithms of weights are scores.
  if (usual.scores.test(words)) return "scores";
  return (Object.keys(usual) as Role[]).find((role) => usual[role].test(words));
}

export type Side = "encoder" | "decoder" | "cross";

export function sideOf(name: string): Side | undefined {
  const words = wordsOf(name);
  if (/(^|_)(cross|encdec|enc_dec|encoder_decoder|encoder_attn)(_|$)/.test(words)) return "cross";
  if (/(^|_)(encoder|enc|src)(_|$)/.test(words)) return "encoder";
  return /(^|_)(decoder|dec|tgt)(_|$)/.test(words) ? "decoder" : undefined;
}

/** Names of libraries that put positions before heads: TransformerLens' hooks, llama.cpp's Qcur, flash attention. */
export const hasPositionsFirst = (name: string): boolean =>
  /(^|_)(hook_(q|k|v|rot_q|rot_k)|[qkv]cur|flash|varlen|vllm)(_|$)/.test(wordsOf(name));
