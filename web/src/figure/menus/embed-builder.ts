/** A dialog that makes the code for a figure on someone's page, and shows the figure as wide as it will be there. */

import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { Scrubber } from "../../controls/scrubber";
import { messageOf } from "../../model/error-message";
import { embedBase } from "./embed-base";
import { type EmbedForm, embedCode, formsOf } from "./embed-code";
import type { ExportedFigure } from "./exported-figure";
import { selfContainedPage } from "./self-contained-page";

const advice: Readonly<Record<EmbedForm, string>> = {
  script:
    "The script comes from this page’s folder embed, which can be copied to your own site. One serves every figure of a page.",
  iframe:
    "For sites that take no scripts but frames. The address is that of this page’s folder embed, which can be copied to any site; the second line makes the frame as high as the figure.",
  file: "One HTML file that holds everything and opens without a network.",
};

const withoutData =
  " The numbers are too many to stand in the code: put their file beside the page, and its name into the tag as src.";

const controlWords = ["shown", "hidden"] as const;
const widths = { key: "width", default: 640, min: 280, max: 1080, whole: true } as const;

export class EmbedBuilder {
  private readonly dialog = el("dialog", { class: "builder", "aria-label": "Put the figure on a page" });
  private readonly code = el("textarea", { readonly: "", spellcheck: "false", "aria-label": "Code" });
  private readonly advice = el("p", { class: "note" });
  private readonly status = el("p", { class: "menu-status", role: "status", id: "message" });
  private readonly preview = el("div", { class: "builder-preview" });
  private readonly save = el("button", { type: "button" }, "save the file");
  private form: EmbedForm = "script";
  private controls = true;
  private width = widths.default as number;

  constructor(private readonly exported: ExportedFigure) {
    const form = new Choice<EmbedForm>("form", formsOf(exported.tag, Boolean(exported.content?.())), (value) =>
      this.set(() => (this.form = value)),
    );
    const controls = new Choice("controls", controlWords, (value) =>
      this.set(() => (this.controls = value === "shown")),
    );
    const width = new Scrubber<"width", { width: number }>(
      { ...widths, step: (value, direction) => value + 20 * direction },
      {
        change: (value) => this.set(() => (this.width = value)),
        problem: (text) => (this.status.textContent = text ?? ""),
      },
    );
    form.show(this.form);
    controls.show("shown");
    width.show({ width: this.width });
    const copy = el("button", { type: "button" }, "copy the code");
    const close = el("button", { type: "button" }, "close");
    copy.addEventListener("click", () => this.try(() => navigator.clipboard.writeText(this.code.value), "Copied."));
    this.save.addEventListener("click", () => this.try(() => this.saveFile(), "Saved."));
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.dialog.remove());
    // What happens in the preview is not said of the figure around it.
    for (const type of ["input", "change", "result", "error", "data", "focus", "progress"])
      this.preview.addEventListener(`heed-${type}`, (event) => event.stopPropagation());
    this.dialog.append(
      el("div", { class: "builder-head" }, el("h2", {}, "Put the figure on a page"), close),
      el("div", { class: "controls" }, form.element, controls.element, width.element),
      this.advice,
      this.code,
      el("p", { class: "menu-row" }, copy, this.save),
      this.status,
      this.preview,
    );
  }

  open(): void {
    this.exported.box.append(this.dialog);
    this.show();
    this.dialog.showModal();
  }

  private set(change: () => void): void {
    change();
    this.show();
  }

  private get request() {
    const { tag, figure, attributes, facts, content } = this.exported;
    const data = content?.() ?? "";
    return {
      ...{ tag, attributes: attributes(), controls: this.controls, base: embedBase.href, title: facts().title },
      ...(data ? { content: { type: "application/json", text: data } as const } : {}),
      ...(figure.hasOwnData ? { ownSearch: figure.toSearch() } : {}),
    };
  }

  private show(): void {
    this.code.value = embedCode(this.form, this.request);
    const isWithout = this.exported.content?.() === null;
    this.advice.textContent = `${advice[this.form]}${isWithout ? withoutData : ""}`;
    this.save.hidden = this.form !== "file";
    const figure = document.createElement(this.exported.tag);
    for (const [key, value] of Object.entries(this.request.attributes)) figure.setAttribute(key, value);
    if (!this.controls) figure.setAttribute("controls", "none");
    if (this.request.content) {
      const script = document.createElement("script");
      script.type = this.request.content.type;
      script.textContent = this.request.content.text;
      figure.append(script);
    }
    this.preview.style.width = `${this.width}px`;
    this.preview.style.maxWidth = "100%";
    this.preview.replaceChildren(figure);
  }

  /** The file's HTML with the script in its place. */
  private async saveFile(): Promise<void> {
    const { request } = this;
    const content = await this.exported.fileContent?.();
    const { src: _, ...attributes } = request.attributes;
    const html = await selfContainedPage(content ? { ...request, attributes, content } : request);
    const { saveBlob } = await import("../export/export");
    saveBlob(request.title, "html", new Blob([html], { type: "text/html" }));
  }

  private async try(act: () => Promise<void>, done: string): Promise<void> {
    try {
      await act();
      this.status.textContent = done;
    } catch (error) {
      this.status.textContent = messageOf(error);
    }
  }
}
