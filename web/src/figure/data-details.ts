/** A figure's numbers as tables that unfold, drawn only while they are open. */
import { el } from "../controls/el";
import type { FigureData } from "../model/figure-data";

const restMilliseconds = 500;

export class DataDetails {
  private readonly tables: HTMLElement;
  readonly element: HTMLDetailsElement;
  private data: () => readonly FigureData[] = () => [];
  private drawn = Number.NEGATIVE_INFINITY;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  /** `label` is the figure's: several on a page are told apart by it. */
  constructor(label: string) {
    this.tables = el("div", { class: "scroll", role: "region", "aria-label": `${label}: the numbers` });
    this.element = el("details", { class: "data" }, el("summary", {}, "The numbers as tables"), this.tables);
    // A region that scrolls has to be reachable by keys.
    this.tables.tabIndex = 0;
    this.element.addEventListener("toggle", () => void this.draw());
  }

  /** At once, but for numbers that come faster than anyone reads them. */
  show(data: () => readonly FigureData[]): void {
    this.data = data;
    clearTimeout(this.waiting);
    const due = this.drawn + restMilliseconds - performance.now();
    if (due <= 0) void this.draw();
    else this.waiting = setTimeout(() => void this.draw(), due);
  }

  private async draw(): Promise<void> {
    this.drawn = performance.now();
    if (!this.element.open) return;
    const { tablesOf } = await import("./data-tables");
    const read = this.data().filter(({ isLong }) => !isLong);
    this.tables.replaceChildren(...read.flatMap(tablesOf));
  }
}
