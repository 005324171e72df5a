/** A word that opens a panel above the page; Escape or a click elsewhere closes it. */

import { el } from "../../controls/el";
import { messageOf } from "../../model/error-message";

export class Menu {
  readonly button: HTMLButtonElement;
  readonly panel: HTMLElement;
  readonly status = el("p", { class: "menu-status", role: "status" });

  /** `fill` is called when the panel opens for the first time. */
  constructor(word: string, label: string, fill: (menu: Menu) => readonly (Node | string)[]) {
    this.button = el("button", { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" }, word);
    this.panel = el("div", { class: "menu-panel", popover: "auto", role: "dialog", "aria-label": label });
    this.button.addEventListener("click", () => {
      if (!this.panel.hasChildNodes()) this.panel.append(...fill(this), this.status);
      this.panel.togglePopover();
    });
    this.panel.addEventListener("beforetoggle", (event) => {
      // Who closes it from within goes on from the word; who clicks elsewhere is elsewhere.
      if ((event as ToggleEvent).newState === "closed" && this.panel.matches(":focus-within")) this.button.focus();
    });
    this.panel.addEventListener("toggle", () => {
      const open = this.panel.matches(":popover-open");
      this.button.setAttribute("aria-expanded", String(open));
      if (!open) return;
      this.status.textContent = "";
      this.place();
    });
  }

  /** Below the word and inside the window. */
  private place(): void {
    const { left, bottom } = this.button.getBoundingClientRect();
    const { offsetWidth, offsetHeight, style } = this.panel;
    const page = document.documentElement;
    const inside = (wanted: number, size: number, room: number) => Math.max(8, Math.min(wanted, room - size - 8));
    style.left = `${inside(left, offsetWidth, page.clientWidth)}px`;
    style.top = `${inside(bottom + 6, offsetHeight, page.clientHeight)}px`;
  }

  /** A word of the panel that does something, and says what came of it. */
  action(word: string, label: string, act: () => Promise<string>): HTMLButtonElement {
    const button = el("button", { type: "button", "aria-label": label }, word);
    button.addEventListener("click", async () => {
      this.status.textContent = "…";
      try {
        this.status.textContent = await act();
      } catch (error) {
        this.status.textContent = messageOf(error);
      }
    });
    return button;
  }
}
