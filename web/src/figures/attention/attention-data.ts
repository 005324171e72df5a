/** What the tensors of a file are taken for: Q, K, V or weights, by name, by shape, or as the reader says. Pure. */
import { type DataFile, FormatError, inWords, type NamedTensor } from "../../formats/tensor";

export const roles = ["weights", "query", "key", "value"] as const;
export type Role = (typeof roles)[number];

/** The name of the tensor that plays each role. */
export type Assignment = Readonly<Partial<Record<Role, string>>>;

/** Names that tensors have in the wild, without case, dots and underscores before their last part. */
const usualNames: Readonly<Record<Role, RegExp>> = {
  weights: /^(weights?|attn|attentions?|attn_?weights|attention_?weights|a|probs?)$/i,
  query: /^(q|query|queries|q_?proj)$/i,
  key: /^(k|key|keys|k_?proj)$/i,
  value: /^(v|value|values|v_?proj)$/i,
};

export interface Shaped {
  readonly data: Float32Array;
  /** (layers or examples, heads, rows, columns): shorter shapes begin with ones, longer ones are joined in front. */
  readonly shape: readonly [number, number, number, number];
}

export type AttentionData = (
  | { readonly weights: Shaped }
  | { readonly query: Shaped; readonly key: Shaped; readonly value: Shaped }
) & { readonly queryTokens?: readonly string[]; readonly keyTokens?: readonly string[] };

/** By name first; else one tensor is weights, and two or three of one width are Q, K and V in their order. */
export function assign({ tensors }: DataFile): Assignment {
  const named = Object.fromEntries(
    roles.flatMap((role) => {
      const found = tensors.find(({ name }) => usualNames[role].test(name.split(/[./]/).at(-1) ?? ""));
      return found ? [[role, found.name]] : [];
    }),
  ) as Assignment;
  if (named.weights || (named.query && named.key)) return named;
  const matrices = tensors.filter(({ shape }) => shape.length >= 2);
  const [first, second, third] = matrices;
  if (first && second && first.shape.at(-1) === second.shape.at(-1) && matrices.length <= 3)
    return {
      query: first.name,
      key: second.name,
      ...(third && third.shape.at(-2) === second.shape.at(-2) ? { value: third.name } : {}),
    };
  return first ? { weights: first.name } : {};
}

/** Tensors in their roles. Throws FormatError with what does not fit. */
export function attentionData(file: DataFile, assignment: Assignment): AttentionData {
  const find = (role: Role) => file.tensors.find(({ name }) => name === assignment[role]);
  const tokens = (length: number, ...keys: string[]) => {
    const key = keys.find((name) => file.labels[name]?.length === length);
    return key === undefined ? undefined : file.labels[key];
  };
  const withTokens = <T>(data: T, queries: number, keys: number) => {
    const queryTokens = tokens(queries, "queryTokens", "query_tokens", "tokens");
    const keyTokens = tokens(keys, "keyTokens", "key_tokens", "tokens");
    return { ...data, ...(queryTokens ? { queryTokens } : {}), ...(keyTokens ? { keyTokens } : {}) };
  };
  const weights = find("weights");
  if (weights) {
    const shaped = shapedOf(weights);
    return withTokens({ weights: shaped }, shaped.shape[2], shaped.shape[3]);
  }
  const [query, key] = [find("query"), find("key")];
  if (!query || !key) throw new FormatError("neither weights nor both Q and K are chosen");
  const value = find("value");
  const [q, k] = [shapedOf(query), shapedOf(key)];
  // The weights do not depend on V, so that K can stand in for it.
  return withTokens({ query: q, key: k, value: value ? shapedOf(value) : k }, q.shape[2], k.shape[2]);
}

function shapedOf({ name, shape, data }: NamedTensor): Shaped {
  if (shape.length < 2)
    throw new FormatError(`${name} has a shape ${inWords(shape)}; a matrix of at least two axes is needed`);
  if (data.length === 0) throw new FormatError(`${name} has a shape ${inWords(shape)}, which holds nothing`);
  const [heads, rows, columns] = [1, ...shape].slice(-3) as [number, number, number];
  return { data, shape: [data.length / (heads * rows * columns), heads, rows, columns] };
}

/** "4 heads, 128 tokens, d_k 64". */
export function explain(data: AttentionData): string {
  const some = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;
  if ("weights" in data) {
    const [layers, heads, queries, keys] = data.weights.shape;
    return `weights: ${some(layers, "layer")}, ${some(heads, "head")}, ${some(queries, "query", "queries")} × ${some(keys, "key")}`;
  }
  const [batch, heads, queries, width] = data.query.shape;
  const keys = data.key.shape[2];
  const lengths =
    queries === keys ? some(queries, "token") : `${some(queries, "query", "queries")}, ${some(keys, "key")}`;
  return `Q and K: ${batch > 1 ? `${some(batch, "example")}, ` : ""}${some(heads, "head")}, ${lengths}, d_k ${width}`;
}
