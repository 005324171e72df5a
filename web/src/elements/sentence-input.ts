/** Where the reader writes, what of it the model knows, and what the model expects next. */
import { sentenceWords, withWord } from "../state/sentence";
import { el } from "./el";
import type { SentenceLook } from "./sentence-model";

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
  private readonly vocabulary = el("p", { class: "vocabulary" });
  private readonly known = el(
    "details",
    { class: "not-exported" },
    el("summary", {}, "The words that it knows"),
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
  }

  show({ session, words }: SentenceLook, text: string): void {
    const { vocabulary } = session.info;
    const sample = text || words.map((word) => word.text).join(" ");
    // What is being written is left as it is.
    if (document.activeElement?.shadowRoot?.activeElement !== this.area && this.area.value !== sample)
      this.area.value = sample;
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
  expect({ session, look, tokens, words }: SentenceLook, query: number): void {
    const { vocabulary } = session.info;
    const row = look.probabilities.subarray(query * vocabulary.length, (query + 1) * vocabulary.length);
    const likeliest = Array.from(row, (_, token) => token)
      .sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0))
      .slice(0, mostExpected);
    this.expectedName.textContent = `After ${query} “${tokens[query] ?? ""}” the model expects`;
    const isLast = query === tokens.length - 1;
    this.expected.replaceChildren(
      ...likeliest.map((token) => {
        const word = vocabulary[token] ?? "";
        const button = el("button", { type: "button" }, word);
        button.disabled = !isLast || sentenceWords(word, vocabulary, 1)[0]?.token !== token;
        button.addEventListener("click", () => {
          const text = withWord(this.area.value || words.map((each) => each.text).join(" "), word);
          this.area.value = text;
          this.write(text, true);
        });
        return el("li", {}, button, el("span", { class: "probability" }, ` ${((row[token] ?? 0) * 100).toFixed(0)} %`));
      }),
    );
  }
}
