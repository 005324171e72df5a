/** A text as its tokens, buttons that are tinted by shares from 0 to 1, with one in focus. */
import { el } from "../../controls/el";
import { moveByKeys } from "../../controls/move-by-keys";

/** The largest share is mixed so far into the paper: letters stay readable on it. */
const fullTint = 0.5;

export interface TokenTextEvents {
  /** The pointer or the keyboard is at a token, or (null) has left. */
  readonly preview: (token: number | null) => void;
  /** `adds`: with a key held that adds to a choice, Shift, Control or Command. */
  readonly toggle: (token: number, adds: boolean) => void;
}

export interface TokenMarks {
  /** Of each token; null tints none. */
  readonly shares: ArrayLike<number> | null;
  /** Outlined. */
  readonly focus: readonly number[];
  /** Underlined. */
  readonly other: number | null;
  readonly locked: readonly number[];
}

export class TokenText {
  readonly element: HTMLElement;
  private buttons: HTMLButtonElement[] = [];
  private drawn: readonly string[] | null = null;
  /** Of each token, how it is marked, as a number. */
  private marks: number[] = [];

  constructor(label: string, events: TokenTextEvents) {
    this.element = el("div", { class: "tokens", role: "group", "aria-label": label });
    const indexOf = (target: EventTarget | null) => {
      const index = this.buttons.indexOf(target as HTMLButtonElement);
      return index >= 0 ? index : null;
    };
    this.element.addEventListener("click", ({ target, shiftKey, ctrlKey, metaKey }) => {
      const token = indexOf(target);
      if (token !== null) events.toggle(token, shiftKey || ctrlKey || metaKey);
    });
    this.element.addEventListener("pointerover", ({ pointerType, target }) => {
      if (pointerType !== "touch") events.preview(indexOf(target));
    });
    this.element.addEventListener("pointerleave", () => events.preview(null));
    this.element.addEventListener("focusin", ({ target }) => {
      if ((target as Element).matches(":focus-visible")) events.preview(indexOf(target));
    });
    this.element.addEventListener("focusout", () => events.preview(null));
    moveByKeys(this.element, () => ({ stops: this.buttons, columns: 1 }));
  }

  /** `names` are drawn once: another array is another text. */
  show(names: readonly string[]): void {
    if (this.drawn === names) return;
    this.drawn = names;
    this.marks = [];
    this.buttons = names.map((_, i) =>
      el("button", { type: "button", class: "token", tabindex: i === 0 ? "0" : "-1" }),
    );
    this.element.replaceChildren(
      ...names.flatMap((name, i) => {
        const button = this.buttons[i] as HTMLButtonElement;
        button.textContent = name.trim() || (name.includes("\n") ? "⏎" : "␣");
        const parts: (Node | string)[] = /^\s/.test(name) && i > 0 ? [" ", button] : [button, el("wbr")];
        return name.includes("\n") ? [...parts, el("br")] : parts;
      }),
    );
  }

  /** Only what has changed is touched: a long text has thousands of tokens, and most shares are too small to be seen. */
  mark({ shares, focus, other, locked }: TokenMarks): void {
    for (const [i, button] of this.buttons.entries()) {
      const percent = Math.round((shares?.[i] ?? 0) * fullTint * 100);
      const isFocus = focus.includes(i);
      const isLocked = locked.includes(i);
      const mark = percent * 8 + (isFocus ? 1 : 0) + (i === other ? 2 : 0) + (isLocked ? 4 : 0);
      const before = this.marks[i];
      if (before === mark) continue;
      this.marks[i] = mark;
      if (before === undefined || before >> 3 !== percent) button.style.setProperty("--tint", `${percent}%`);
      if (before !== undefined && (before & 7) === (mark & 7)) continue;
      button.classList.toggle("focus", isFocus);
      button.classList.toggle("key", i === other);
      button.setAttribute("aria-pressed", String(isLocked));
    }
  }
}
