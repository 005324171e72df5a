/** The word that is read, and what has been written of it, letter by letter. */
import { el } from "../../controls/el";
import { longestWord } from "./cross-state";

export interface WordEvents {
  readonly type: (text: string, settled: boolean) => void;
  /** To be written up to here. */
  readonly write: (count: number) => void;
}

export class WordInput {
  private readonly input = el("input", {
    type: "text",
    maxlength: String(longestWord),
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    "aria-label": "The word",
  });
  private readonly letters = el("ol", { class: "letters", "aria-label": "Written so far" });
  private readonly next = el("button", { type: "button", class: "next not-exported" });
  readonly element = el(
    "div",
    { class: "word-input" },
    el("label", { class: "source" }, "The encoder reads ", this.input),
    el("div", { class: "target" }, "The decoder writes ", this.letters, this.next),
  );
  private count = 1;
  private all = 1;

  constructor(events: WordEvents) {
    this.input.addEventListener("input", () => events.type(this.input.value, false));
    this.input.addEventListener("change", () => events.type(this.input.value, true));
    this.next.addEventListener("click", () => events.write(this.count < this.all ? this.count + 1 : 1));
  }

  /** `tokens`: all that is written in the end, of which `count` have been. */
  show(word: string, tokens: readonly string[], count: number): void {
    // What is being typed is left as it is.
    if (!this.input.matches(":focus")) this.input.value = word;
    this.count = count;
    this.all = tokens.length;
    this.letters.replaceChildren(
      ...tokens.map((token, i) => el("li", i < count ? {} : { class: "later" }, i < count ? token : "·")),
    );
    this.next.textContent = count < this.all ? "write the next letter" : "begin again";
  }
}
