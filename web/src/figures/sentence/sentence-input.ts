/** Where the reader writes, what of it the model knows, and what the model predicts next. */

import { el } from "../../controls/el";
import { sentenceWords, withWord } from "../../model/sentence-words";
import type { SentenceInspection } from "./sentence-model";

const mostExpected = 6;

export class SentenceInput {
  private readonly area = el("textarea", {
    rows: "3",
    spellcheck: "false",
    "aria-label": "Your text",
    class: "not-exported",
  });
  private readonly words = el("p", { class: "words" });
  private readonly unknown = el("p", { class: "note", role: "status" });
  private readonly expectedName = el("span", { class: "expected-name" });
  private readonly expected = el("ol", { class: "expected" });
  /** Kept, so that one that is in focus stays so while its word changes. */
  private readonly choices = Array.from({ length: mostExpected }, () => this.choice());
  private readonly vocabulary = el("p", { class: "vocabulary" });
  private readonly known = el(
    "details",
    { class: "not-exported" },
    el("summary", {}, "The words that the model knows"),
    this.vocabulary,
  );
  readonly element = el(
    "div",
    { class: "sentence-input" },
    this.area,
    this.words,
    this.unknown,
    el("div", { class: "expectation" }, this.expectedName, this.expected),
    this.known,
  );

  constructor(private readonly write: (text: string, settled: boolean) => void) {
    this.area.addEventListener("input", () => write(this.area.value, false));
    this.area.addEventListener("change", () => write(this.area.value, true));
    this.expected.append(...this.choices.map(({ item }) => item));
  }

  show({ session, words }: SentenceInspection, text: string): void {
    const { vocabulary } = session.info;
    const sample = text || words.map((word) => word.text).join(" ");
    // What is being written is left as it is.
    if (!this.area.matches(":focus") && this.area.value !== sample) this.area.value = sample;
    this.words.replaceChildren(
      ...words.flatMap(({ text: word, token }) => [token < 0 ? el("del", {}, word) : el("span", {}, word), " "]),
    );
    const missing = [...new Set(words.filter(({ token }) => token < 0).map((word) => word.text))];
    this.words.hidden = missing.length === 0;
    this.unknown.textContent =
      missing.length === 0
        ? ""
        : `Left out, because the model does not know ${missing.length === 1 ? "it" : "them"}: ${missing.slice(0, 8).join(", ")}${missing.length > 8 ? " …" : ""}.`;
    this.vocabulary.textContent = vocabulary.join(" ");
  }

  /** The likeliest words after token `query`; those after the last one can be added to the text. */
  expect({ session, inspection, tokens, words }: SentenceInspection, query: number): void {
    const { vocabulary } = session.info;
    const row = inspection.probabilities.subarray(query * vocabulary.length, (query + 1) * vocabulary.length);
    const likeliest = Array.from(row, (_, token) => token)
      .sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0))
      .slice(0, mostExpected);
    this.expectedName.textContent = `After ${query} “${tokens[query] ?? ""}” the model predicts`;
    const isLast = query === tokens.length - 1;
    const written = words.map((each) => each.text).join(" ");
    for (const [i, { item, button, share }] of this.choices.entries()) {
      const token = likeliest[i];
      item.hidden = token === undefined;
      if (token === undefined) continue;
      const word = vocabulary[token] ?? "";
      button.textContent = word;
      // Not `disabled`, which would take the focus away.
      button.ariaDisabled = String(!isLast || sentenceWords(word, vocabulary, 1)[0]?.token !== token);
      button.dataset.before = written;
      share.textContent = ` ${((row[token] ?? 0) * 100).toFixed(0)} %`;
    }
  }

  private choice() {
    const button = el("button", { type: "button" });
    const share = el("span", { class: "probability" });
    button.addEventListener("click", () => {
      if (button.ariaDisabled === "true") return;
      const text = withWord(this.area.value || (button.dataset.before ?? ""), button.textContent ?? "");
      this.area.value = text;
      this.write(text, true);
    });
    return { item: el("li", {}, button, share), button, share };
  }
}
