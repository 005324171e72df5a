/** An element is aria-busy while anything goes on that it has begun: a computation, the reading of a file, what follows a result. */
export class Activity {
  private count = 0;

  constructor(private readonly element: Element) {}

  /** Until `work` has ended. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.element.setAttribute("aria-busy", "true");
    this.count++;
    try {
      return await work;
    } finally {
      this.count--;
      if (this.count === 0) this.element.removeAttribute("aria-busy");
    }
  }
}
