/** Names of tokens, typed or pasted: one a line, or as a JSON array of text. */
import { el } from "../../controls/el";

export class TokenEditor {
  readonly element: HTMLElement;
  private readonly area = el("textarea", {
    rows: "4",
    "aria-label": "Tokens, one a line, or a JSON array",
    spellcheck: "false",
  });

  constructor(changed: (tokens: readonly string[] | null) => void) {
    const use = el("button", { type: "button" }, "Use these tokens");
    use.addEventListener("click", () => {
      const tokens = tokensOfText(this.area.value);
      changed(tokens.length > 0 ? tokens : null);
    });
    this.element = el("details", { class: "token-editor" }, el("summary", {}, "tokens"), this.area, use);
  }

  /** What they are now, to be changed. */
  show(tokens: readonly string[]): void {
    if (
      this.area.getRootNode() instanceof ShadowRoot &&
      (this.area.getRootNode() as ShadowRoot).activeElement === this.area
    )
      return;
    const areLines = tokens.every((token) => token !== "" && !/[\r\n]/.test(token));
    this.area.value = areLines ? tokens.join("\n") : JSON.stringify(tokens);
  }
}

/** A JSON array of text, or lines; where all stand in one line, words. */
export function tokensOfText(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  } catch {
    // No JSON: lines.
  }
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const [only = ""] = lines;
  return lines.length > 1 ? lines : only.split(/\s+/).filter(Boolean);
}
