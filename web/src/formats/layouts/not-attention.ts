/** Files whose tensors are no attention, refused by what they are. */
import { FormatError, inWords, type NamedTensor } from "../tensor";
import { commonShape, nameOfFamily } from "./families";
import { looksLikeWeights } from "./looks";
import { roleOf, wordsOf } from "./names";
import type { Context, Family, Role } from "./reading";

/** Parameters as PyTorch, TensorFlow and llama.cpp call them. */
const parameter =
  /(\.|^)(weight|bias|gamma|beta|kernel|running_mean|lora_[AB]\.weight)$|(^|[._])(wte|wpe|embed_tokens|lm_head)([._]|$)/;
const hidden =
  /(^|_)(hidden|hidden_states?|last_hidden_state|resid(ual)?(_(pre|mid|post))?|residual_stream|mlp_out|encoder_output|pooler_output|hook_(z|result)|attn_out(put)?|attention_output|context_layer)$/;
const isBoolean = /^([|<>=]?b1|bool)$/i;
const vocabularyLogits = /(^|_)(lm_)?logits$/;
const embedding = /(^|_)(embeddings?|embed|word_embeddings?|wte|wpe)$/;

/** Throws FormatError where the tensors are something else; a tensor whose name says attention keeps it from doing so. */
export function refuseOthers({ file, families }: Context): void {
  const { tensors } = file;
  const parameters = tensors.filter(({ name }) => parameter.test(name));
  const [first] = parameters;
  const others = families.filter(({ id }) => !parameter.test(id));
  if (first && (parameters.length >= 2 || tensors.length === 1) && !others.some(isAttention))
    throw new FormatError(
      `it is a checkpoint: ${tensors.length} ${tensors.length === 1 ? "tensor" : "tensors"} of parameters such as ${first.name} ${inWords(first.shape)}, no attention. Open it in the explorer, from the folder with its config.json`,
    );
  const packed = tensors.find(({ name, shape }) => /(^|[._/])q?kv(_packed)?$/i.test(name) && shape.length > 1);
  if (packed)
    throw new FormatError(
      `${packed.name} ${inWords(packed.shape)} holds Q, K and V in one: save each on its own (unbind, chunk)`,
    );
  refuseCache(families);
  if (families.some((family) => isAttention(family) && !isOverVocabulary(family))) return;
  if (tensors.length > 0 && tensors.every(({ dtype }) => isBoolean.test(dtype)))
    throw new FormatError(
      `${nameOfTensor(tensors)} ${tensors.length > 1 ? "are masks: they say" : "is a mask: it says"} what each query may see, and nothing of how much it gives to each key`,
    );
  const states =
    families.find(({ id, tensors: its }) => hidden.test(wordsOf(id)) && !its.every(looksLikeWeights)) ??
    families.find(areStates);
  if (states)
    throw new FormatError(
      `${nameOfFamily(states)} ${inWords(states.tensors[0]?.shape ?? [])} ${states.tensors.length > 1 ? "are" : "is"} hidden states, vectors of tokens, no attention: save the model’s attentions (output_attentions=True)`,
    );
  const scored = families.find(isOverVocabulary);
  if (scored)
    throw new FormatError(
      `${nameOfFamily(scored)} ${inWords(scored.tensors[0]?.shape ?? [])} ${scored.tensors.length > 1 ? "are" : "is"} what a model scores each word of a vocabulary with, no attention: save its attentions (output_attentions=True)`,
    );
  const embedded = tensors.find(({ name, shape }) => embedding.test(wordsOf(name)) || isVocabulary(shape));
  if (embedded)
    throw new FormatError(
      `${embedded.name} ${inWords(embedded.shape)} is an embedding, a vector for each token of a vocabulary, no attention`,
    );
  refuseLone(tensors.filter(({ shape }) => shape.length > 1));
}

/** Keys and values are what a cache keeps; what attends to them is not in it. */
function refuseCache(families: readonly Family[]): void {
  const of = (role: Role) =>
    families.find(({ id, tensors }) => roleOf(id) === role && tensors[0] && tensors[0].shape.length > 1);
  const [query, key, maps] = [of("query"), of("key"), of("weights") ?? of("scores")];
  if (maps || !!query === !!key) return;
  const [has, lacks] = key ? ["K", "Q"] : ["Q", "K"];
  throw new FormatError(
    `${nameOfFamily((key ?? query) as Family)} is read as ${has}, but there is no ${lacks}: weights need both`,
  );
}

/** One array whose name says nothing: vectors of tokens, and pictures, by their shapes and numbers. */
function refuseLone([tensor, ...others]: readonly NamedTensor[]): void {
  if (!tensor || others.length > 0) return;
  const { name, shape, dtype, data } = tensor;
  const [rows = 0, width = 0] = shape.slice(-2);
  if (
    width >= 64 &&
    width % 32 === 0 &&
    width >= 4 * rows &&
    rows > 1 &&
    hasNegative(tensor) &&
    data instanceof Float32Array &&
    data.every(Number.isFinite)
  )
    throw new FormatError(
      `${name} ${inWords(shape)} looks like hidden states or embeddings, ${rows} vectors of ${width} numbers, no attention; where it is scores, call it so`,
    );
  const isOfBytes = /^(\|?u1|uint8|u8)$/i.test(dtype) && shape.length === 3 && [3, 4].includes(width);
  if (isOfBytes && shape.slice(0, 2).every((length) => length >= 8) && !looksLikeWeights(tensor))
    throw new FormatError(
      `${name} ${inWords(shape)} is a picture: ${width} bytes of colour for each of ${shape[0]} × ${shape[1]} pixels`,
    );
}

const isAttention = ({ id, tensors }: Family): boolean => {
  const role = roleOf(id);
  return role !== undefined && role !== "bias" && role !== "mask" && tensors.every(({ shape }) => shape.length >= 2);
};

/** (batch, position, vocabulary), by its name and by an axis that is much longer than the one before it. */
const isOverVocabulary = ({ id, tensors }: Family): boolean => {
  const shape = tensors[0]?.shape ?? [];
  const [positions = 0, words = 0] = shape.slice(-2);
  return vocabularyLogits.test(wordsOf(id)) && shape.length <= 3 && words >= 256 && words > 4 * positions;
};

const nameOfTensor = ([first, ...others]: readonly NamedTensor[]) =>
  `${first?.name} ${inWords(first?.shape ?? [])}${others.length > 0 ? ` and ${others.length} more` : ""}`;

/** More than Q, K and V, of one shape (batch, position, component) that is nowhere square, and not one row adds up to 1. */
function areStates(family: Family): boolean {
  const shape = commonShape(family);
  if (!shape || family.tensors.length < 4 || shape.length > 3) return false;
  const [queries, keys] = shape.slice(-2);
  return queries !== keys && family.tensors.every(hasNegative);
}

const hasNegative = ({ data }: NamedTensor) =>
  data instanceof Uint16Array
    ? data.subarray(0, 4096).some((bits) => bits > 0x8000)
    : data.subarray(0, 4096).some((value) => value < 0);

/** A long matrix of wide rows. */
const isVocabulary = (shape: readonly number[]) =>
  shape.length === 2 && (shape[0] ?? 0) >= 8000 && (shape[1] ?? 0) >= 64 && (shape[0] ?? 0) > 4 * (shape[1] ?? 0);
