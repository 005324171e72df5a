/** The ways to open a model, and what is said while it opens. */

import { count } from "../../charts/format";
import { el } from "../../controls/el";
import { messageOf } from "../../model/error-message";
import type { ImageShape, ModelInfo, ModelInspection } from "../../models/models";
import type { Progress } from "../worker/protocol";
import { type ChosenFiles, chosenFiles, droppedFiles } from "./chosen-files";
import { type HubActs, HubForm, type NamedModel } from "./hub-form";
import { KeptModels } from "./kept-models";
import { megabytes } from "./megabytes";
import { ModelChoice } from "./model-choice";
import { ownModels } from "./own-models";
import { suggestedModels } from "./suggested-models";

export interface OpenActs extends HubActs {
  readonly files: (chosen: ChosenFiles) => void;
  readonly own: (name: string) => void;
  readonly cancel: () => void;
}

export class ModelOpener {
  private readonly message = el("p", { class: "message", role: "status" });
  private readonly bar = el("progress", { max: "1", "aria-label": "Bytes read" });
  private readonly cancel = el("button", { type: "button" }, "cancel");
  private readonly retry = el("button", { type: "button" }, "try again");
  private readonly keepBox = el("input", { type: "checkbox", name: "keep", checked: "" });
  private readonly hubForm: HubForm;
  private readonly kept: KeptModels;
  private readonly choice = new ModelChoice();
  private again: (() => void) | undefined;

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
    this.retry.addEventListener("click", () => this.again?.());
    this.hubForm = new HubForm(acts);
    this.kept = new KeptModels(acts);
    element.querySelector(".ways")?.replaceChildren(
      ...Object.entries(ownModels).map(([name, own]) =>
        el(
          "p",
          {},
          button(`open ${own.name}`, () => acts.own(name)),
          el("span", {}, ` ${own.about}`),
        ),
      ),
      ...suggestedModels.map(({ hub, bytes, licence, about, revision }) =>
        el(
          "p",
          {},
          button(`open ${hub.split("/")[1]}`, () => acts.hub({ hub })),
          el("span", { title: `at revision ${revision}` }, ` ${megabytes(bytes)}, ${licence}: ${about}`),
        ),
      ),
      ...this.hubForm.elements,
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
      el(
        "p",
        {},
        el("label", {}, this.keepBox, " keep what is fetched in this browser, and open it from there the next time"),
      ),
      this.kept.element,
    );
    element.append(
      el("div", { class: "opening" }, this.message, this.choice.element, this.bar, this.cancel, this.retry),
    );
    this.idle("");
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      document.documentElement.classList.add("dragged-over");
    });
    const end = () => document.documentElement.classList.remove("dragged-over");
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) end();
    });
    // Also where a view takes what is dropped.
    document.addEventListener("drop", end, { capture: true });
    document.addEventListener("drop", async (event) => {
      event.preventDefault();
      if (!event.dataTransfer) return;
      try {
        const dropped = await droppedFiles(event.dataTransfer);
        if (dropped.files.length > 0) acts.files(dropped);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Whether what is fetched is to be kept. */
  get keeps(): boolean {
    return this.keepBox.checked;
  }

  /** Writes a name into the form of the hub; the reader opens it. */
  offer(model: NamedModel): void {
    this.hubForm.offer(model);
    this.idle(`The link names the model ${model.hub} of ${model.endpoint ?? "the hub"}.`);
  }

  /** In which form a model is to be opened; the reader is asked where it is large. */
  async choose(name: string, inspection: ModelInspection | undefined, signal: AbortSignal) {
    return this.choice.choose(name, inspection, signal);
  }

  progress(name: string, { loaded, total, bytesPerSecond, secondsLeft }: Progress): void {
    this.message.className = "message";
    const speed =
      bytesPerSecond !== undefined && secondsLeft !== undefined
        ? `, ${megabytes(bytesPerSecond)} a second, ${Math.ceil(secondsLeft)} s left`
        : "";
    this.message.textContent = `${name}: ${megabytes(loaded)} of ${megabytes(total)} read${speed}`;
    this.retry.hidden = true;
    this.bar.value = total > 0 ? loaded / total : 0;
    this.bar.hidden = false;
    this.cancel.hidden = false;
  }

  /** `again`: what may succeed if it is tried again. */
  fail(error: unknown, again?: () => void): void {
    this.idle(`The model could not be opened: ${messageOf(error)}.`.replace(/\.\.$/, "."));
    this.message.className = "message failure";
    this.again = again;
    this.retry.hidden = again === undefined;
  }

  idle(message: string): void {
    this.message.className = "message";
    this.message.textContent = message;
    this.bar.hidden = true;
    this.cancel.hidden = true;
    this.retry.hidden = true;
    void this.kept.show();
  }
}

/** "3 layers × 4 heads of 24, 363 tokens, 0.3 million parameters, f16, 595 kB". */
export function factsOf(info: ModelInfo): string {
  const shared = info.keyValueHeads < info.heads ? ` (${info.keyValueHeads} of keys and values)` : "";
  return [
    `${info.layers} layers × ${info.heads} heads${shared}`,
    `width ${count(info.width)}`,
    info.image ? patchesOf(info.image) : `${count(info.vocabulary)} tokens`,
    `${short(info.parameters)} parameters`,
    `${info.dtype}, ${megabytes(info.bytes)}, on this device`,
  ].join(" · ");
}

/** "196 patches of 16 × 16 pixels" */
const patchesOf = ({ width, height, patchWidth, patchHeight }: ImageShape) =>
  `${count(Math.floor(width / patchWidth) * Math.floor(height / patchHeight))} patches of ${patchWidth} × ${patchHeight} pixels`;

const short = (value: number) =>
  value >= 1e9
    ? `${(value / 1e9).toFixed(2)} billion`
    : value >= 1e6
      ? `${(value / 1e6).toFixed(1)} million`
      : count(value);
