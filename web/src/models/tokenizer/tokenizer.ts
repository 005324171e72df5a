import { readableToken, type TokenWriting } from "../../model/readable-token";
import { addedTokenSplitter, addedTokensOf } from "./added-tokens";
import { AlignedText } from "./aligned-text";
import { type Decoder, decoderOf } from "./decoders";
import { type Fields, fieldsOf } from "./fields";
import type { TokenModel } from "./models/token-model";
import { tokenModelOf } from "./models/token-models";
import { normalizerOf } from "./normalizers";
import { type Entry, type PostProcessor, postProcessorOf } from "./post-processors";
import { type PreTokenizer, preTokenizerOf } from "./pre-tokenizers";

/** How a text is made into tokens. */
export interface EncodeOptions {
  /** A second text, after the first: for models that were trained on pairs. */
  pair?: string;
  /** Whether the special tokens that the model was trained with are put around the text; true by default. */
  addSpecialTokens?: boolean;
}

/** The tokens of a text; all lists are of the same length. */
export interface Encoding {
  /** What the model takes. */
  ids: number[];
  /** To be read: "Ġè¿Ļ" is " 这"; the bytes of a character that is split between tokens are "<0xE8>"; special tokens have their names. */
  tokens: string[];
  /** As the vocabulary has them: "Ġè¿Ļ". */
  pieces: string[];
  /** Where each comes from: `text.slice(...offset)`, of the pair's second text for its tokens. [0, 0] for special tokens that were put in. */
  offsets: [start: number, end: number][];
  /** Which part of a pair each belongs to, as the model takes it. */
  typeIds: number[];
  /** Of which text each is: 0, 1 for the second of a pair, null for special tokens that were put in. */
  sequenceIds: (0 | 1 | null)[];
}

/** How tokens are made into a text. */
export interface DecodeOptions {
  /** Whether special tokens are left out; true by default. */
  skipSpecialTokens?: boolean;
}

/** Text to tokens and back, as the tokenizer.json of a model says. */
export class Tokenizer {
  /** The special tokens' names by their ids. */
  readonly specialTokens: ReadonlyMap<number, string>;
  /** One more than the largest id of its vocabulary, added tokens apart. */
  readonly vocabulary: number;
  readonly #split: ReturnType<typeof addedTokenSplitter>;
  readonly #preTokenize: PreTokenizer;
  readonly #model: TokenModel;
  readonly #postProcess: PostProcessor;
  readonly #decode: Decoder;
  readonly #tokens: ReadonlyMap<number, string>;
  readonly #writing: TokenWriting;
  readonly #added: ReadonlySet<number>;
  readonly #writtenEnd: string | undefined;

  /** Of a tokenizer.json that is read. Throws an `Error` that names what is wrong or not supported in it. */
  constructor(json: unknown) {
    const fields = fieldsOf(json, "tokenizer.json");
    this.#model = tokenModelOf(fields.model);
    const normalize = normalizerOf(fields.normalizer);
    const added = addedTokensOf(fields.added_tokens);
    this.#split = addedTokenSplitter(added, normalize);
    this.#preTokenize = preTokenizerOf(fields.pre_tokenizer);
    this.#postProcess = postProcessorOf(fields.post_processor);
    this.#decode = decoderOf(fields.decoder);
    this.#tokens = new Map([
      ...Array.from(this.#model.vocabulary, ([token, id]): [number, string] => [id, token]),
      ...added.map(({ id, content }): [number, string] => [id, content]),
    ]);
    let most = -1;
    for (const id of this.#model.vocabulary.values()) most = Math.max(most, id);
    this.vocabulary = most + 1;
    this.specialTokens = new Map(added.filter(({ special }) => special).map(({ id, content }) => [id, content]));
    this.#added = new Set(added.map(({ id }) => id));
    this.#writing = writingOf(fields);
    // Decoders of bytes leave the ends of words in the text, where transformers' CLIPTokenizer makes them spaces.
    this.#writtenEnd = (fields.decoder as Fields | null)?.type === "ByteLevel" ? this.#model.endOfWord : undefined;
  }

  /** The tokens of a text. */
  encode(text: string, options: EncodeOptions = {}): Encoding {
    const { pair, addSpecialTokens = true } = options;
    const texts = pair === undefined ? [text] : [text, pair];
    const encoded = texts.map((each, i) => this.#entries(each, i as 0 | 1));
    const entries = this.#postProcess(encoded, addSpecialTokens).flat();
    return {
      ids: entries.map(({ id }) => id),
      tokens: entries.map(({ id, token }) => this.#readable(id, token)),
      pieces: entries.map(({ token }) => token),
      offsets: entries.map(({ span: [start, end] }) => [start, end]),
      typeIds: entries.map(({ type }) => type),
      sequenceIds: entries.map(({ sequence }) => sequence),
    };
  }

  /** The text of tokens. Ids that there are not stand for nothing. */
  decode(ids: Iterable<number>, { skipSpecialTokens = true }: DecodeOptions = {}): string {
    const tokens = Array.from(ids, (id) =>
      skipSpecialTokens && this.specialTokens.has(id) ? undefined : this.#tokens.get(id),
    );
    const text = this.#decode(tokens.filter((token) => token !== undefined));
    return this.#writtenEnd ? text.replaceAll(this.#writtenEnd, " ").trim() : text;
  }

  /** A token to be read, or undefined where there is none of this id. */
  tokenOf(id: number): string | undefined {
    const token = this.#tokens.get(id);
    return token === undefined ? undefined : this.#readable(id, token);
  }

  #readable(id: number, token: string): string {
    if (this.#added.has(id)) return this.#tokens.get(id) ?? token;
    const { endOfWord } = this.#model;
    const own = endOfWord && token.endsWith(endOfWord) ? token.slice(0, -endOfWord.length) : token;
    return readableToken(own, this.#writing);
  }

  #entries(text: string, sequence: 0 | 1): Entry[] {
    if (typeof text !== "string") throw new Error(`a tokenizer takes texts; this is ${text}`);
    return this.#split(AlignedText.of(text)).flatMap((part): Entry[] => {
      const { token: added, text: aligned } = part;
      const pieces = added
        ? [{ id: added.id, token: aligned.text, span: aligned.span(0, aligned.length) }]
        : this.#preTokenize(aligned).flatMap((word) => this.#model.split(word));
      return pieces.map((piece) => ({ ...piece, sequence, type: sequence }));
    });
  }
}

/** By what of a tokenizer.json turns bytes and spaces into characters that can be seen. */
function writingOf({ pre_tokenizer, decoder }: Fields): TokenWriting {
  const text = JSON.stringify([pre_tokenizer, decoder]);
  if (text.includes('"ByteLevel"')) return "bytes";
  return text.includes("▁") || text.includes('"Metaspace"') ? "spaces" : "plain";
}
