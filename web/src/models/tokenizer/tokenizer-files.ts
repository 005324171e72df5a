import { messageOf } from "../../model/error-message";
import { readJson, textOfFile } from "../json-file";
import { type Fields, fieldsOf } from "./fields";
import { bertTokenizer, bytePairTokenizer, type OlderFiles } from "./older-tokenizers";
import { Tokenizer } from "./tokenizer";

/** Far more than any in use has: 33 MB is the largest known. */
const mostBytes = 200_000_000;

/**
 * The tokenizer of a model's files, by name: of tokenizer.json, or of the older vocab.json and merges.txt, or vocab.txt. Undefined
 * where there is none of them.
 */
export function tokenizerOf(files: ReadonlyMap<string, Uint8Array>): Tokenizer | undefined {
  const text = (name: string) => {
    const bytes = files.get(name);
    if (bytes && bytes.length > mostBytes)
      throw new Error(`${name} has ${bytes.length} bytes; at most ${mostBytes} are read`);
    return bytes && textOfFile(name, bytes);
  };
  const json = (name: string): Fields => {
    const found = text(name);
    return found === undefined ? {} : fieldsOf(readJson(name, found), name);
  };
  const older = (): OlderFiles => ({
    config: json("config.json"),
    tokenizer: { ...json("special_tokens_map.json"), ...json("tokenizer_config.json") },
    added: json("added_tokens.json"),
  });
  const whole = text("tokenizer.json");
  if (whole !== undefined) return named("tokenizer.json", () => readJson("tokenizer.json", whole));
  const merges = text("merges.txt");
  if (files.has("vocab.json") && merges !== undefined)
    return named("vocab.json", () => bytePairTokenizer(json("vocab.json"), merges, older()));
  const words = text("vocab.txt");
  return words === undefined ? undefined : named("vocab.txt", () => bertTokenizer(words, older()));
}

/** A tokenizer whose errors begin with the name of its file. */
function named(name: string, read: () => unknown): Tokenizer {
  try {
    return new Tokenizer(read());
  } catch (error) {
    const message = messageOf(error);
    throw new Error(message.startsWith(name) ? message : `${name}: ${message}`, { cause: error });
  }
}
