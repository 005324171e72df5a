/**
 * The parts of a figure's computation, each with the key of what it was computed for: a part is computed anew only when its own
 * key changes. What is still being computed is shared, what failed is asked again.
 */
export class KeyedResults {
  private readonly last = new Map<string, { readonly key: string; readonly result: Promise<unknown> }>();

  get<Result>(part: string, request: object, compute: () => Promise<Result>): Promise<Result> {
    const key = JSON.stringify(request);
    const known = this.last.get(part);
    if (known?.key === key) return known.result as Promise<Result>;
    const result = compute();
    const kept = { key, result };
    this.last.set(part, kept);
    result.catch(() => {
      if (this.last.get(part) === kept) this.last.delete(part);
    });
    return result;
  }
}
