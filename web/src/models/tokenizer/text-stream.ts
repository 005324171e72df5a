import type { Tokenizer } from "./tokenizer";

/** How many tokens before are looked at, for how the next is written. */
const context = 8;
const longest = 64;
/** A character has at most as many bytes, and so as many tokens. */
const mostBytes = 4;
const incomplete = "\ufffd";

/** The text that each of many tokens adds to those before it. */
export class TextStream {
  #ids: number[];
  #text: string;
  #held = 0;

  constructor(
    private readonly tokenizer: Pick<Tokenizer, "decode">,
    before: ArrayLike<number> = [],
  ) {
    this.#ids = Array.from(before);
    this.#shorten();
    this.#text = tokenizer.decode(this.#ids);
  }

  /** What the next token adds: nothing while a character is not complete, and then all of it. */
  next(id: number): string {
    this.#ids.push(id);
    const text = this.tokenizer.decode(this.#ids);
    if (text.endsWith(incomplete) && ++this.#held < mostBytes) return "";
    const added = text.slice(this.#text.length);
    this.#held = 0;
    this.#text = text;
    if (this.#ids.length > longest) {
      this.#shorten();
      this.#text = this.tokenizer.decode(this.#ids);
    }
    return added;
  }

  /** Keeps the last tokens, from one on that begins a character. */
  #shorten(): void {
    for (let kept = context; kept < Math.min(this.#ids.length, context + 2 * mostBytes); kept++) {
      const last = this.#ids.slice(-kept);
      if (this.tokenizer.decode(last).startsWith(incomplete)) continue;
      this.#ids = last;
      return;
    }
  }
}
