/** A trained model of this site, opened when it is first wanted, and what it does with a text. */
import { EngineError } from "../../compute/errors";
import type { Inspection, TrainingSession } from "../../compute/training/training";
import { type SentenceState, samples } from "../../figure/trained/sentence-settings";
import { TrainedModel } from "../../figure/trained/trained-model";
import { type SentenceWord, sentenceWords } from "../../model/sentence-words";

export interface SentenceInspection {
  readonly session: TrainingSession;
  readonly words: readonly SentenceWord[];
  /** What the model read: the words that it knows. */
  readonly tokens: readonly string[];
  readonly inspection: Inspection;
}

export class SentenceModel {
  private readonly model = new TrainedModel();

  /** Rejects with a sentence where the model cannot be had. */
  async read({ model, text, hidden }: Pick<SentenceState, "model" | "text" | "hidden">): Promise<SentenceInspection> {
    const session = await this.model.session(model);
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
    const inspection = await session.inspect({ tokens, hidden: hidden.filter((at) => at < tokens.length) });
    return { session, words, tokens: tokens.map((token) => vocabulary[token] ?? String(token)), inspection };
  }

  close(): void {
    this.model.close();
  }
}

/** Seven different tokens, then the first of them again: what induction is about. */
const vocabularySample = (vocabulary: readonly string[]) =>
  [...vocabulary.slice(3, 10), ...vocabulary.slice(3, 10), ...vocabulary.slice(3, 6)].join(" ");
