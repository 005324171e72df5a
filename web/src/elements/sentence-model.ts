/** A trained model of this site, opened when it is first wanted, and what it does with a text. */
import { EngineError } from "../engine/errors";
import { type Look, TrainingSession } from "../engine/training";
import { type SentenceWord, sentenceWords } from "../state/sentence";
import { embedBase } from "./embed-base";
import { type SentenceState, samples } from "./sentence-settings";

export interface SentenceLook {
  readonly session: TrainingSession;
  readonly words: readonly SentenceWord[];
  /** What the model read: the words that it knows. */
  readonly tokens: readonly string[];
  readonly look: Look;
}

/** The addresses are relative to the page's, so that a site works from any folder, and its figures on other sites. */
const addressOf = (model: SentenceState["model"]) => new URL(`../models/${model}.safetensors`, embedBase);

export class SentenceModel {
  private opened: { model: SentenceState["model"]; session: Promise<TrainingSession> } | null = null;

  /** Rejects with a sentence where the model cannot be had. */
  async read({ model, text }: Pick<SentenceState, "model" | "text">): Promise<SentenceLook> {
    const session = await this.session(model);
    const { vocabulary, options } = session.info;
    const context = options.length;
    const sample = samples[model] || vocabularySample(vocabulary);
    const words = sentenceWords(text.trim() || sample, vocabulary, context);
    const tokens = words.filter(({ token }) => token >= 0).map(({ token }) => token);
    if (tokens.length === 0)
      throw new EngineError(
        "input",
        `the model knows none of the ${words.length} words; it knows ${vocabulary.length}`,
      );
    const look = await session.look({ tokens });
    return { session, words, tokens: tokens.map((token) => vocabulary[token] ?? String(token)), look };
  }

  close(): void {
    void this.opened?.session.then((session) => session.close()).catch(() => {});
    this.opened = null;
  }

  private session(model: SentenceState["model"]): Promise<TrainingSession> {
    if (this.opened?.model !== model) {
      this.close();
      const session = open(addressOf(model));
      this.opened = { model, session };
      // What could not be had is asked for anew the next time.
      session.catch(() => {
        if (this.opened?.session === session) this.opened = null;
      });
    }
    return this.opened.session;
  }
}

async function open(address: URL): Promise<TrainingSession> {
  const name = address.pathname.split("/").at(-1);
  const response = await fetch(address).catch((error: unknown) => {
    throw new EngineError(
      "load",
      `the model ${name} could not be fetched: ${error instanceof Error ? error.message : error}`,
    );
  });
  if (!response.ok)
    throw new EngineError("load", `the model ${name} could not be fetched: the server answered ${response.status}`);
  return TrainingSession.open(new Uint8Array(await response.arrayBuffer()));
}

/** Seven different tokens, then the first of them again: what induction is about. */
const vocabularySample = (vocabulary: readonly string[]) =>
  [...vocabulary.slice(3, 10), ...vocabulary.slice(3, 10), ...vocabulary.slice(3, 6)].join(" ");
