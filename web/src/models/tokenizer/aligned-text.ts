/** Where a character comes from: [start, end) in the text that was given, in UTF-16 code units, as `text.slice` takes them. */
export type Span = readonly [start: number, end: number];

/**
 * A character of a changed text, and by how many characters the text became longer or shorter there: 0 replaces one character,
 * 1 is added after the one before it, -n replaces one and removes n after it.
 */
export type Change = readonly [character: string, change: number];

/** By how much normalisation may make a text longer: far more than any tokenizer in use does, far less than memory holds. */
const longest = (length: number) => 100 * length + 10_000;

/** A text on its way through a tokenizer: its characters (code points), each with where it comes from in the text as given. */
export class AlignedText {
  readonly text: string;

  private constructor(
    readonly characters: readonly string[],
    private readonly spans: readonly Span[],
    private readonly given: number,
  ) {
    this.text = characters.join("");
  }

  static of(text: string): AlignedText {
    const characters = Array.from(text);
    let at = 0;
    const spans = characters.map((character): Span => {
      const start = at;
      at += character.length;
      return [start, at];
    });
    return new AlignedText(characters, spans, text.length);
  }

  get length(): number {
    return this.characters.length;
  }

  slice(from: number, to: number): AlignedText {
    return new AlignedText(this.characters.slice(from, to), this.spans.slice(from, to), this.given);
  }

  /** Where its characters from..to come from. */
  span(from: number, to: number): Span {
    return [this.spans[from]?.[0] ?? 0, this.spans[to - 1]?.[1] ?? 0];
  }

  /** The text that `changes` make of it, after the first `removed` characters are removed; aligned as Hugging Face's library does. */
  transform(changes: readonly Change[], removed = 0): AlignedText {
    this.checkLength(changes.length);
    let at = removed;
    const spans = changes.map(([, change]): Span => {
      const span = this.spans[change > 0 ? at - 1 : at] ?? [0, 0];
      if (change <= 0) at += 1 - change;
      return span;
    });
    return new AlignedText(
      changes.map(([character]) => character),
      spans,
      this.given,
    );
  }

  /** Throws where a text made of it would have too many characters. */
  checkLength(characters: number): void {
    if (characters > longest(this.given))
      throw new Error(`the tokenizer makes ${characters} characters of a text of ${this.given}`);
  }

  /** Each character made into others. */
  map(change: (character: string) => Iterable<string>): AlignedText {
    return this.transform(
      this.characters.flatMap((character) => Array.from(change(character), (made, i): Change => [made, i > 0 ? 1 : 0])),
    );
  }

  filter(keep: (character: string) => boolean): AlignedText {
    const kept = this.characters.flatMap((character, i) => (keep(character) ? i : []));
    return new AlignedText(
      kept.map((i) => this.characters[i] ?? ""),
      kept.map((i) => this.spans[i] ?? [0, 0]),
      this.given,
    );
  }

  /** `prefix` before it, as part of its first character. */
  prepend(prefix: string): AlignedText {
    if (this.length === 0) return this;
    const [first = "", ...others] = this.characters;
    const changes = Array.from(prefix + first, (character, i): Change => [character, i > 0 ? 1 : 0]);
    return this.transform(changes.concat(others.map((character) => [character, 0])));
  }

  /** Where a pattern (with the flag g) matches, in characters. */
  matches(pattern: RegExp): Span[] {
    const index = this.indexer();
    return Array.from(this.text.matchAll(pattern), (match) => [
      index(match.index),
      index(match.index + match[0].length),
    ]);
  }

  /** From a place in `text` to that of the character there; places are asked for in their order. */
  indexer(): (unit: number) => number {
    let unit = 0;
    let character = 0;
    return (wanted) => {
      while (unit < wanted) unit += this.characters[character++]?.length ?? 1;
      return character;
    };
  }

  /** Every match replaced. A character of `content` comes from the last that it replaces. */
  replace(pattern: RegExp, content: string): AlignedText {
    const made = Array.from(content);
    const matches = this.matches(pattern);
    // Before any of it is made.
    this.checkLength(matches.reduce((length, [from, to]) => length + made.length - (to - from), this.length));
    let end = 0;
    const parts: AlignedText[] = [];
    for (const [from, to] of matches) {
      parts.push(this.slice(end, from));
      const replaced = this.slice(from, to);
      parts.push(
        replaced.transform(
          made.map((character) => [character, 1]),
          replaced.length,
        ),
      );
      end = to;
    }
    return parts.length > 0 ? AlignedText.join([...parts, this.slice(end, this.length)]) : this;
  }

  private static join(parts: readonly AlignedText[]): AlignedText {
    return new AlignedText(
      parts.flatMap(({ characters }) => characters),
      parts.flatMap(({ spans }) => spans),
      parts[0]?.given ?? 0,
    );
  }
}
