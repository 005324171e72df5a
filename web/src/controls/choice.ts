import { el } from "./el";
import { withSubscripts } from "./subscripts";

/** A choice among a few words, set in place: radio buttons that look like the words of a sentence. */
export class Choice<T extends string> {
  readonly element = document.createElement("fieldset");
  private readonly inputs = new Map<T, HTMLInputElement>();

  constructor(name: string, choices: readonly T[], change: (value: T) => void) {
    this.element.className = "choice";
    const legend = this.element.appendChild(document.createElement("legend"));
    legend.textContent = name;
    for (const choice of choices) {
      const label = this.element.appendChild(document.createElement("label"));
      const input = label.appendChild(document.createElement("input"));
      input.type = "radio";
      input.name = name;
      input.value = choice;
      input.addEventListener("change", () => change(choice));
      label.append(el("span", {}, ...withSubscripts(choice)));
      this.inputs.set(choice, input);
    }
  }

  show(value: T): void {
    const input = this.inputs.get(value);
    if (input) input.checked = true;
  }
}

/** Lets a pointer that is drawn along the words, pressed, choose each that it comes to, as a slider would. */
export function listenToScrubbing(element: HTMLElement): void {
  element.addEventListener("pointermove", ({ buttons, clientX, clientY }) => {
    if (!(buttons & 1)) return;
    // A finger's events go to where it came down.
    const root = element.getRootNode() as Document | ShadowRoot;
    const input = root.elementFromPoint(clientX, clientY)?.closest("label")?.querySelector("input");
    if (input && element.contains(input) && !input.checked) input.click();
  });
}
