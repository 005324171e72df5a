/** What a model takes, before it is read, and the forms in which it fits here. */
import { el } from "../../controls/el";
import type { ModelInspection } from "../../models/models";
import { megabytes } from "./megabytes";

type Form = keyof ModelInspection["memory"];

const formNames: Readonly<Record<Form, string>> = {
  file: "as stored",
  f32: "in float32",
  q8: "in 8 bits",
  q4: "in 4 bits",
};

/** A smaller one is opened as it is stored, without a question. */
const small = 200_000_000;

export class ModelChoice {
  readonly element = el("div", { class: "choice", role: "group", "aria-label": "Forms of the model" });

  /** The form that the reader chooses, or "file" where there is nothing to ask. Rejects when the signal is aborted. */
  choose(name: string, inspection: ModelInspection | undefined, signal: AbortSignal): Promise<Form> {
    if (!inspection || (inspection.download <= small && inspection.fits.includes("file")))
      return Promise.resolve("file");
    const { download, memory, fits, parameters } = inspection;
    const done = () => this.element.replaceChildren();
    return new Promise<Form>((resolve, reject) => {
      signal.addEventListener("abort", () => {
        done();
        reject(signal.reason);
      });
      const forms = (Object.keys(formNames) as Form[]).map((form) => {
        const fitsHere = fits.includes(form);
        const button = el("button", { type: "button", class: "way" }, `open ${formNames[form]}`);
        button.disabled = !fitsHere;
        button.addEventListener("click", () => {
          done();
          resolve(form);
        });
        const takes = ` ${megabytes(memory[form])} of memory${fitsHere ? "" : ", more than there is here"}`;
        return el("p", {}, button, el("span", {}, takes));
      });
      const facts = `${name} has ${(parameters / 1e6).toFixed(0)} million parameters in ${megabytes(download)}.`;
      this.element.replaceChildren(el("p", {}, facts), ...forms);
      this.element.querySelector<HTMLButtonElement>("button:enabled")?.focus();
    });
  }
}
