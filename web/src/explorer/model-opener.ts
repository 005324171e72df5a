/** The ways to open a model, and what is said while it opens. */
import { count } from "../charts/format";
import { el } from "../controls/el";
import type { ModelInfo } from "../models/models";
import { type ChosenFiles, chosenFiles, droppedFiles } from "./chosen-files";
import { ownModels } from "./own-models";
import type { Progress } from "./worker/protocol";

export interface OpenActs {
  readonly files: (chosen: ChosenFiles) => void;
  readonly own: (name: string) => void;
  readonly hub: (name: string) => void;
  readonly cancel: () => void;
}

export class ModelOpener {
  private readonly message = el("p", { class: "message", role: "status" });
  private readonly bar = el("progress", { max: "1", "aria-label": "Bytes read" });
  private readonly cancel = el("button", { type: "button" }, "cancel");
  private readonly hub = el("input", { type: "text", name: "hub", placeholder: "org/name", spellcheck: "false" });

  /** `element`: the part of the page that has the ways to open a model. */
  constructor(
    readonly element: HTMLElement,
    acts: OpenActs,
  ) {
    const choose = (input: HTMLInputElement) => {
      input.addEventListener("change", () => {
        if (input.files?.length) acts.files(chosenFiles(input.files));
        input.value = "";
      });
      return input;
    };
    const folder = choose(el("input", { type: "file", webkitdirectory: "", class: "visually-hidden", tabindex: "-1" }));
    const files = choose(el("input", { type: "file", multiple: "", class: "visually-hidden", tabindex: "-1" }));
    folder.setAttribute("aria-label", "A model's folder");
    files.setAttribute("aria-label", "A model's files");
    const button = (text: string, act: () => void) => {
      const made = el("button", { type: "button", class: "way" }, text);
      made.addEventListener("click", act);
      return made;
    };
    this.cancel.addEventListener("click", acts.cancel);
    element.querySelector(".ways")?.replaceChildren(
      ...Object.entries(ownModels).map(([name, own]) =>
        el(
          "p",
          {},
          button(`open ${own.name}`, () => acts.own(name)),
          el("span", {}, ` ${own.about}`),
        ),
      ),
      this.hubForm(acts),
      el(
        "p",
        {},
        button("choose a folder", () => folder.click()),
        " or ",
        button("choose files", () => files.click()),
        el(
          "span",
          {},
          " of a checkpoint: config.json, *.safetensors, tokenizer.json; or drop them anywhere on the page",
        ),
      ),
      folder,
      files,
    );
    element.append(el("div", { class: "opening" }, this.message, this.bar, this.cancel));
    this.idle("");
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      document.documentElement.classList.add("dragged-over");
    });
    const end = () => document.documentElement.classList.remove("dragged-over");
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) end();
    });
    document.addEventListener("drop", async (event) => {
      event.preventDefault();
      end();
      if (!event.dataTransfer) return;
      try {
        const dropped = await droppedFiles(event.dataTransfer);
        if (dropped.files.length > 0) acts.files(dropped);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Writes a name into the field of the hub; the reader opens it. */
  offer(hub: string): void {
    this.hub.value = hub;
    this.idle(`The link names the model ${hub} of the hub.`);
  }

  private hubForm(acts: OpenActs): HTMLElement {
    const open = el("button", { type: "submit", class: "way" }, "open");
    const form = el(
      "form",
      {},
      open,
      el("label", {}, " from the hub ", this.hub),
      el("span", {}, " the page then asks huggingface.co for the model’s files; what you type stays here"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.hub.value.trim();
      if (name) acts.hub(name);
      else this.hub.focus();
    });
    return form;
  }

  progress(name: string, { loaded, total }: Progress): void {
    this.message.className = "message";
    this.message.textContent = `${name}: ${megabytes(loaded)} of ${megabytes(total)} read`;
    this.bar.value = total > 0 ? loaded / total : 0;
    this.bar.hidden = false;
    this.cancel.hidden = false;
  }

  fail(error: unknown): void {
    this.idle(
      `The model could not be opened: ${error instanceof Error ? error.message : error}.`.replace(/\.\.$/, "."),
    );
    this.message.className = "message failure";
  }

  idle(message: string): void {
    this.message.className = "message";
    this.message.textContent = message;
    this.bar.hidden = true;
    this.cancel.hidden = true;
  }
}

/** "3 layers × 4 heads of 24, 363 tokens, 0.3 million parameters, f16, 595 kB". */
export function factsOf(info: ModelInfo): string {
  const shared = info.keyValueHeads < info.heads ? ` (${info.keyValueHeads} of keys and values)` : "";
  return [
    `${info.layers} layers × ${info.heads} heads${shared}`,
    `width ${count(info.width)}`,
    `${count(info.vocabulary)} tokens`,
    `${short(info.parameters)} parameters`,
    `${info.dtype}, ${megabytes(info.bytes)}, on this device`,
  ].join(" · ");
}

const short = (value: number) =>
  value >= 1e9
    ? `${(value / 1e9).toFixed(2)} billion`
    : value >= 1e6
      ? `${(value / 1e6).toFixed(1)} million`
      : count(value);

export const megabytes = (bytes: number): string =>
  bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(2)} GB`
    : bytes >= 1e6
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : `${Math.round(bytes / 1e3)} kB`;
