/** Over the figure: where data come from, what each tensor is taken for, the mask and the colours. */
import { type ColorScale, colorScales } from "../../charts/color/color-scale";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import type { DataFile } from "../../formats/tensor";
import { inWords } from "../../formats/tensor";
import { type Mask, masks } from "../../model/fields";
import { type Assignment, type Role, roles } from "./attention-data";

export interface AttentionEvents {
  readonly open: (file: File) => void;
  readonly assign: (assignment: Assignment) => void;
  readonly mask: (mask: Mask) => void;
  readonly tone: (tone: ColorScale) => void;
}

const roleNames: Readonly<Record<Role, string>> = { weights: "weights", query: "Q", key: "K", value: "V" };

export class AttentionControls {
  readonly element: HTMLElement;
  readonly tools = el("div", { class: "tools" });
  private readonly selects: Readonly<Record<Role, HTMLSelectElement>>;
  private readonly roles: HTMLElement;
  private readonly mask: Choice<Mask>;
  private readonly tone: Choice<ColorScale>;

  constructor({ open, assign, mask, tone }: AttentionEvents) {
    const input = el("input", { type: "file", "aria-label": "A file with Q, K, V or weights" });
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file) open(file);
      // The same file again, once it has been changed.
      input.value = "";
    });
    const select = (role: Role) => {
      const element = el("select", { "aria-label": roleNames[role] });
      element.addEventListener("change", () => assign(this.assignment()));
      return element;
    };
    this.selects = { weights: select("weights"), query: select("query"), key: select("key"), value: select("value") };
    const labels = roles.map((role) => el("label", {}, `${roleNames[role]} `, this.selects[role]));
    this.roles = el("div", { class: "roles", role: "group", "aria-label": "What each tensor is" }, ...labels);
    this.roles.hidden = true;
    this.mask = new Choice("mask", masks, mask);
    this.tone = new Choice("colours", colorScales, tone);
    this.tone.show("linear");
    const file = el("label", { class: "file", part: "file" }, input, el("span", {}, "Open a file …"));
    this.element = el(
      "div",
      { class: "controls", part: "controls", role: "group", "aria-label": "Data and settings" },
      file,
      this.roles,
      this.mask.element,
      this.tone.element,
      this.tools,
    );
  }

  /** The tensors of a file to choose from. A mask can be set only where weights are computed. */
  show({ tensors }: DataFile, assignment: Assignment, { mask, colours }: { mask: Mask; colours: ColorScale }): void {
    for (const role of roles) {
      const options = tensors.map(({ name, shape }) => new Option(`${name} ${inWords(shape)}`, name));
      this.selects[role].replaceChildren(new Option("none", ""), ...options);
      this.selects[role].value = assignment[role] ?? "";
    }
    this.roles.hidden = tensors.length < 2;
    this.mask.element.hidden = Boolean(assignment.weights);
    this.mask.show(mask);
    this.tone.show(colours);
  }

  private assignment(): Assignment {
    const chosen = roles.flatMap((role) => (this.selects[role].value ? [[role, this.selects[role].value]] : []));
    return Object.fromEntries(chosen) as Assignment;
  }
}
