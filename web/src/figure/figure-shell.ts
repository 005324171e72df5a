/**
 * What every figure is, however it computes and draws: a shadow tree with a message under the controls, menus to save and to
 * share, and what it does for as long as it is on a page.
 */
import { EngineError } from "../compute/errors";
import { el } from "../controls/el";
import { withSubscripts } from "../controls/subscripts";
import { asSentence } from "../model/as-sentence";
import { connectFigure } from "./connect";
import { linkTo } from "./link";
import { exportMenus } from "./menus/export-menu";
import type { ExportedFigure } from "./menus/exported-figure";

type Exported = Pick<ExportedFigure, "box" | "data" | "attributes" | "content" | "fileContent"> & {
  readonly facts: () => Omit<ReturnType<ExportedFigure["facts"]>, "link">;
};

/** One style sheet of several texts, made once for all figures of a kind. */
export const sheetOf = (...css: readonly string[]): CSSStyleSheet => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css.join("\n"));
  return sheet;
};

export abstract class FigureShell extends HTMLElement {
  private said = "";
  protected readonly message = el("p", { class: "message", id: "message", role: "status", part: "message" });
  private readonly retry = el("button", { type: "button" }, "Try again");
  private notice = "";
  private refusal = "";
  private done = "";
  private typing: string | null = null;
  private disconnect = () => {};

  constructor(sheets: readonly CSSStyleSheet[]) {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [...sheets];
    this.retry.addEventListener("click", () => this.tryAgain());
  }

  /** The state as a part of the query `search` of an address. */
  abstract toSearch(search?: string): string;

  /** Takes the state from the query of an address; what cannot be used is said, and so is `damage`. */
  abstract fromSearch(search: string, isExact?: boolean, damage?: string): void;

  /** What is said under the controls where there is nothing else to say. */
  protected abstract hint(): string;

  /** What is said of a text that cannot be used, after why it cannot. */
  protected abstract typingNote(): string;

  /** Draws what is there again: the colours behind the figure have changed. */
  protected abstract redraw(): void;

  /** Computes again what could not be computed. */
  protected abstract tryAgain(): void;

  connectedCallback(): void {
    this.disconnect = connectFigure(this, () => this.redraw());
    this.say();
  }

  disconnectedCallback(): void {
    this.disconnect();
  }

  /** Says what of a link or an attribute could not be used, until the reader changes something. */
  explain(notice: string): void {
    this.notice = notice;
    this.done = "";
    if (this.isConnected) this.say();
  }

  /** Says what was done, until the reader changes something. */
  protected inform(done: string): void {
    this.notice = "";
    this.done = done;
    this.say();
  }

  /** The buttons and panels of what can be taken from the figure. */
  protected menus({ facts, ...exported }: Exported): Node[] {
    return exportMenus({
      ...exported,
      tag: this.localName,
      figure: this,
      facts: () => ({ ...facts(), link: linkTo(this) }),
    });
  }

  /** What was typed cannot be used; null when that is over. */
  protected sayTyping(problem: string | null): void {
    this.typing = problem;
    this.say();
  }

  /** The reader has changed something: what was said of a link or of a text no longer counts. */
  protected forget(): void {
    this.notice = "";
    this.done = "";
    this.typing = null;
  }

  /** The state is another, though not by the reader. */
  protected forgetTyping(): void {
    this.typing = null;
  }

  /** What was asked for has been computed. */
  protected succeed(): void {
    this.refusal = "";
    this.classList.remove("failed");
    this.say();
  }

  /** Says why something could not be computed, in `text`, until something can. */
  protected fail(error: Error, text = asSentence(error.message)): void {
    this.refusal = text;
    this.emit("heed-error", { error });
    this.say();
    if (this.mayWorkLater(error)) this.message.append(" ", this.retry);
  }

  /** Whether the same may be computed when it is asked for again. */
  protected mayWorkLater(error: Error): boolean {
    return error instanceof EngineError && error.kind === "load";
  }

  protected say(): void {
    const problem = this.typing
      ? `${asSentence(this.typing)} ${this.typingNote()}`
      : [this.notice, this.refusal].filter(Boolean).join(" ");
    const text = problem || this.done || this.hint();
    if (text !== this.said) this.message.replaceChildren(...withSubscripts(text));
    this.said = text;
    this.message.className = `message ${problem ? "refusal" : "idle"}`;
  }

  protected emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
