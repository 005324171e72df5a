/**
 * The properties of <heed-attention> that scripts set one by one: query and key (and value), or weights, each an array, nested
 * as its shape is, or { shape, data }; and names of tokens, arrays of text. Null takes one away.
 */
import { FigureElement } from "../../figure/figure-element";
import type { AttentionState } from "./attention-state";

const parts = ["query", "key", "value", "weights", "tokens", "queryTokens", "keyTokens"] as const;
type Part = (typeof parts)[number];

export abstract class AttentionProperties<Result> extends FigureElement<AttentionState, Result> {
  private readonly given: Partial<Record<Part, unknown>> = {};
  /** Whether something was set in this turn, which is taken at its end. */
  protected isGiven = false;

  /** Everything at once: { query, key, value } or { weights }, as nested arrays or { shape, data, dtype }, and names of tokens. */
  protected abstract takeData(value: unknown): void;

  get query(): unknown {
    return this.given.query;
  }

  set query(value: unknown) {
    this.give("query", value);
  }

  get key(): unknown {
    return this.given.key;
  }

  set key(value: unknown) {
    this.give("key", value);
  }

  get value(): unknown {
    return this.given.value;
  }

  set value(value: unknown) {
    this.give("value", value);
  }

  get weights(): unknown {
    return this.given.weights;
  }

  set weights(value: unknown) {
    this.give("weights", value);
  }

  get tokens(): unknown {
    return this.given.tokens;
  }

  set tokens(value: unknown) {
    this.give("tokens", value);
  }

  get queryTokens(): unknown {
    return this.given.queryTokens;
  }

  set queryTokens(value: unknown) {
    this.give("queryTokens", value);
  }

  get keyTokens(): unknown {
    return this.given.keyTokens;
  }

  set keyTokens(value: unknown) {
    this.give("keyTokens", value);
  }

  /** Every figure gives its numbers by the method `data`; this one takes them too, where it is set. */
  protected static makeDataSettable({ prototype }: { readonly prototype: AttentionProperties<unknown> }): void {
    const { data } = prototype;
    Object.defineProperty(prototype, "data", {
      get: () => data,
      set(this: AttentionProperties<unknown>, value: unknown) {
        this.takeData(value);
      },
    });
  }

  /** What was set before the element was defined went past its setters. */
  protected upgradeProperties(): void {
    for (const property of [...parts, "data"]) {
      if (!Object.hasOwn(this, property)) continue;
      const value = Reflect.get(this, property);
      Reflect.deleteProperty(this, property);
      Reflect.set(this, property, value);
    }
  }

  private give(part: Part, value: unknown): void {
    if (value === null || value === undefined) delete this.given[part];
    else this.given[part] = value;
    if (this.isGiven) return;
    this.isGiven = true;
    // What is set in one turn belongs together.
    queueMicrotask(() => {
      this.isGiven = false;
      const { weights, query, key } = this.given;
      if (weights || (query && key)) this.takeData({ ...this.given });
    });
  }
}
