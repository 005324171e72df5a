/** What of a state there is in a model and a text. */
import type { AttentionKind } from "../models/models";
import type { AnyHead, ExplorerState } from "./state";
import type { HiddenPair } from "./worker/protocol";

/** What a model has with the text that it has read. */
export interface Sizes {
  /** Of each attention the number of heads of each layer, and the tokens on both sides. */
  readonly attentions: readonly { kind: AttentionKind; heads: readonly number[]; queries: number; keys: number }[];
  readonly main: AttentionKind;
  /** Of the text whose tokens can be replaced. */
  readonly tokens: number;
  readonly vocabulary: number;
}

/** The state without what this model and this text do not have. */
export function within(state: ExplorerState, { attentions, main, tokens, vocabulary }: Sizes): ExplorerState {
  const of = (kind: AttentionKind | null | undefined) => attentions.find((each) => each.kind === (kind ?? main));
  const hasHead = ({ layer, head, kind }: AnyHead) => {
    const heads = of(kind)?.heads[layer];
    return heads !== undefined && (head === null || head < heads);
  };
  const kind = of(state.kind) && state.kind !== main ? state.kind : null;
  const shown = of(kind);
  const hasToken = (token: number | null, count = 0) => (token !== null && token < count ? token : null);
  const query = hasToken(state.query, shown?.queries);
  const key = query === null ? null : hasToken(state.key, shown?.keys);
  const isCausal = (of: AttentionKind) => of === "decoder";
  const hasPair = (pair: HiddenPair) => {
    const { queries = 0, keys = 0 } = of(pair.kind) ?? {};
    return hasHead(pair) && pair.query < queries && pair.key < (isCausal(pair.kind ?? main) ? pair.query + 1 : keys);
  };
  const hasId = (id: number | null) => (id !== null && id < vocabulary ? id : null);
  const layers = of(main)?.heads.length ?? 0;
  const positions = of(main)?.queries ?? 0;
  return {
    ...state,
    kind,
    ...(hasHead({ ...state, kind }) ? {} : { layer: 0, head: 0 }),
    query,
    also:
      query === null ? [] : state.also.filter((token) => hasToken(token, shown?.queries) !== null && token !== query),
    key: isCausal(kind ?? main) && key !== null && query !== null && key > query ? null : key,
    effectOf: hasId(state.effectOf),
    against: hasId(state.against),
    changes: {
      ablate: state.changes.ablate.filter(hasHead),
      mask: state.changes.mask.filter(hasPair),
      replace: state.changes.replace.filter(({ position, id }) => position < tokens && id < vocabulary),
      patch: state.changes.patch.filter(({ layer, position }) => layer < layers && position < positions),
    },
  };
}
