/** An element is aria-busy while anything goes on that it has begun: a computation, the reading of a file, what follows a result. */
export class Activity {
  private count = 0;

  constructor(private readonly element: Element) {}

  /** Until `work` has ended; only if it takes longer than `after` milliseconds, where that is given. */
  async during<Result>(work: Promise<Result>, after?: number): Promise<Result> {
    const say = () => this.element.setAttribute("aria-busy", "true");
    const slow = after && setTimeout(say, after);
    if (!slow) say();
    this.count++;
    try {
      return await work;
    } finally {
      clearTimeout(slow);
      this.count--;
      if (this.count === 0) this.element.removeAttribute("aria-busy");
    }
  }
}
