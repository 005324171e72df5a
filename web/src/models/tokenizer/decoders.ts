import { SequenceDecoder } from "@huggingface/tokenizers";
import { bytesOf } from "../../model/byte-characters";
import { type Fields, fieldsOf, stepsOf, textOf } from "./fields";
import { patternOf } from "./patterns";

/** Tokens, as the vocabulary has them, to the text that they stand for. */
export type Decoder = (tokens: readonly string[]) => string;

/** The `decoder` of a tokenizer.json. */
export function decoderOf(value: unknown): Decoder {
  if (value === null || value === undefined) return (tokens) => tokens.join(" ");
  if (fieldsOf(value, "decoder").type === "ByteLevel") return decodeBytes;
  const decoders = stepsOf(value, "decoders", "decoder").map(([step, name]) => stepOf(step, name));
  return (tokens) => (tokens.length === 0 ? "" : decoders.reduce((made, step) => step(made), [...tokens]).join(""));
}

function stepOf(step: Fields, name: string): (tokens: string[]) => string[] {
  const type = textOf(step.type, `${name}.type`);
  if (type === "ByteLevel") return (tokens) => [decodeBytes(tokens)];
  if (type === "ByteFallback") return decodeByteTokens;
  if (type === "Replace") {
    const pattern = patternOf(step.pattern, `${name}.pattern`);
    const content = textOf(step.content, `${name}.content`);
    return (tokens) => tokens.map((token) => token.replace(pattern, () => content));
  }
  if (type === "Metaspace") return metaspace(step, name);
  const decoder = new SequenceDecoder({ type: "Sequence", decoders: [step] } as never);
  return (tokens) => decoder.decode_chain(tokens);
}

/** The first token loses its marks, as they were put before the text; the library's own removes spaces in their place. */
function metaspace({ replacement, prepend_scheme, add_prefix_space }: Fields, name: string) {
  const mark = textOf(replacement ?? "▁", `${name}.replacement`);
  const prepends = (prepend_scheme ?? (add_prefix_space === false ? "never" : "always")) !== "never";
  return (tokens: string[]) => tokens.map((token, i) => token.replaceAll(mark, prepends && i === 0 ? "" : " "));
}

const invalid = "\ufffd";

/** "<0xE4>" … to the characters of those bytes; the library's own drops a byte order mark. */
function decodeByteTokens(tokens: string[]): string[] {
  const made: string[] = [];
  let bytes: number[] = [];
  const end = () => {
    try {
      if (bytes.length > 0) made.push(strict.decode(Uint8Array.from(bytes)));
    } catch {
      made.push(...bytes.map(() => invalid));
    }
    bytes = [];
  };
  for (const token of tokens) {
    const [, digits] = /^<0x([0-9A-Fa-f]{2})>$/.exec(token) ?? [];
    if (digits) bytes.push(Number.parseInt(digits, 16));
    else {
      end();
      made.push(token);
    }
  }
  end();
  return made;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Tokens that are not of bytes (added ones) stand for themselves. */
function decodeBytes(tokens: readonly string[]): string {
  const parts = tokens.map((token) => bytesOf(token) ?? encoder.encode(token));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
