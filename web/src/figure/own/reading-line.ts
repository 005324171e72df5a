/** The line that says how a file is read, each part of it a control: the tensors, their axes, the set, the sequence, the scale. */
import { el } from "../../controls/el";
import { SettingsLine } from "../../controls/settings-line";
import { type Assignment, mainPart, optionsOf } from "../../formats/layouts/choices";
import { nameOfFamily } from "../../formats/layouts/families";
import { looksLikeWeights } from "../../formats/layouts/looks";
import { type Axis, axisNames, type Family, type Role } from "../../formats/layouts/reading";
import type { DataFile, NamedTensor } from "../../formats/tensor";
import { inWords } from "../../formats/tensor";
import { sheetOf } from "../figure-shell";
import { type ReadData, shapeInWords } from "./attention-data";
import styles from "./reading-line.css?inline";
import { type ReadingState, readingSettings } from "./reading-state";
import { TokenEditor } from "./token-editor";

/** Adopted by the figure once it has a line. */
export const readingSheet = sheetOf(styles);

export interface ReadingEvents {
  readonly change: (change: Partial<ReadingState>) => void;
  readonly problem: (text: string | null) => void;
  /** Names of tokens, typed or pasted; null: those of the file. */
  readonly tokens: (tokens: readonly string[] | null) => void;
}

const names = { weights: "weights", query: "Q", key: "K", value: "V", bias: "bias", mask: "mask" } as const;
type ChosenRole = keyof typeof names;
const chosenRoles = Object.keys(names) as ChosenRole[];

const isWhole = ({ dtype }: NamedTensor) => /^[<>|]?[iu]\d$|^u?int|^[UI]\d+$|^(Char|Byte|Short|Int|Long)$/.test(dtype);

/** Files of very many tensors are not listed in full. */
const mostOptions = 500;

const { mask, sequence, values, unit, scaling, scale, softcap, temperature, aligned } = readingSettings;
const settings = {
  mask: { ...mask, when: { isComputed: "true" } },
  sequence: { ...sequence, when: { isBatch: "true" } },
  values: { ...values, when: { isOfMaps: "true" } },
  unit: { ...unit, when: { hasUnit: "true" } },
  scaling: { ...scaling, when: { isOfVectors: "true" } },
  scale: { ...scale, when: { isOfVectors: "true", scaling: "other" } },
  softcap: { ...softcap, when: { isOfVectors: "true" } },
  temperature: { ...temperature, when: { isComputed: "true" } },
  aligned: { ...aligned, when: { isComputed: "true", isOblong: "true", mask: "causal" } },
};
const { mask: _, ...withoutMask } = settings;
type LineState = Pick<ReadingState, keyof typeof settings>;

export class ReadingLine {
  readonly element = el("div", {
    class: "reading-line",
    part: "reading-line",
    role: "group",
    "aria-label": "How the file is read",
  });
  private readonly selects: Readonly<Record<ChosenRole, HTMLSelectElement>>;
  private readonly roles: HTMLElement;
  private readonly sets = el("select", { "aria-label": "which maps" });
  private readonly set: HTMLElement;
  private readonly axes = el("div", { class: "roles axes", role: "group", "aria-label": "What each axis is" });
  private readonly line: SettingsLine<LineState> | SettingsLine<Omit<LineState, "mask">>;
  private readonly used = el("span", { class: "used" });
  private readonly tokens: TokenEditor;
  private listed: DataFile | undefined;

  /** `hasMask`: whether the mask is set here. */
  constructor(
    private readonly events: ReadingEvents,
    hasMask = false,
  ) {
    const select = (role: ChosenRole) => {
      const element = el("select", { "aria-label": names[role] });
      element.addEventListener("change", () => events.change({ roles: this.assignment(), axes: null, set: "" }));
      return element;
    };
    this.selects = Object.fromEntries(chosenRoles.map((role) => [role, select(role)])) as typeof this.selects;
    const labels = chosenRoles.map((role) => el("label", {}, `${names[role]} `, this.selects[role]));
    this.roles = el("div", { class: "roles", role: "group", "aria-label": "What each tensor is" }, ...labels);
    this.sets.addEventListener("change", () => events.change({ set: this.sets.value, axes: null }));
    this.set = el("label", { class: "set" }, "maps ", this.sets);
    const changes = { change: (change: Partial<LineState>) => events.change(change), problem: events.problem };
    const label = "How the numbers are read";
    // Not there at all where the figure has a control of its own for the mask: radio buttons of one name are one group.
    this.line = hasMask
      ? new SettingsLine(settings, label, changes)
      : new SettingsLine<Omit<LineState, "mask">>(withoutMask, label, changes);
    this.line.element.className = "reading-settings";
    this.line.element.removeAttribute("part");
    this.tokens = new TokenEditor(events.tokens);
    this.element.append(this.roles, this.set, this.axes, this.line.element, this.used, this.tokens.element);
    this.element.hidden = true;
  }

  /** The tensors of a file to choose from, where nothing could be read of them yet. */
  list(file: DataFile, assignment: Assignment | null): void {
    this.element.hidden = file.tensors.length === 0;
    this.roles.hidden = file.tensors.length < 2;
    if (this.listed !== file) {
      this.listed = file;
      const options = optionsOf(file).slice(0, mostOptions);
      for (const role of chosenRoles)
        this.selects[role].replaceChildren(
          new Option("none", ""),
          ...options.map((option) => new Option(labelOf(option), option.id)),
        );
    }
    for (const role of chosenRoles) this.selects[role].value = assignment?.[role] ?? "";
  }

  show(file: DataFile, { reading, set, data }: ReadData, state: ReadingState): void {
    const { parts } = set;
    this.list(file, null);
    for (const role of chosenRoles) {
      const part = role === "weights" ? (parts.weights ?? parts.scores) : parts[role];
      this.choose(this.selects[role], part?.family);
    }
    this.set.hidden = reading.sets.length < 2;
    this.sets.replaceChildren(...reading.sets.map(({ name }) => new Option(name || "all", name)));
    this.sets.value = set.name;
    this.showAxes(set);
    const isOfMaps = "maps" in data;
    const isComputed = !isOfMaps || data.values === "scores";
    const [rows, columns] = isOfMaps ? [data.maps.rows, data.maps.columns] : [data.query.shape[2], data.key.shape[2]];
    const first = mainPart(set)?.[1].family.tensors[0];
    const flags = {
      isBatch: data.batches > 1,
      isOfMaps,
      isOfVectors: !isOfMaps,
      isComputed,
      isOblong: rows !== columns,
      hasUnit:
        isOfMaps && first !== undefined && (isWhole(first) || (data.values === "weights" && !looksLikeWeights(first))),
    };
    this.line.show({ ...state, ...flags });
    this.used.textContent = "maps" in data ? "" : scaleInWords(state, data.query.shape[3]);
    this.tokens.show(data.queryTokens ?? data.keyTokens ?? []);
  }

  /** One select for each axis, and a button that transposes. */
  private showAxes(set: ReadData["set"]): void {
    const [role, part] = mainPart(set) ?? [];
    this.axes.hidden = !part || part.listed === "step" || part.axes.length < 2;
    if (!role || !part) return;
    const shape = part.family.tensors[0]?.shape ?? [];
    const allowed = axisNames.filter((axis) => (role === "query" ? axis !== "key" : axis !== "component"));
    const selects = part.axes.map((axis, i) => {
      const select = el("select", { "aria-label": `axis ${i + 1}, of length ${shape[i]}` });
      select.append(
        ...allowed.map((name) => new Option(role === "query" && name === "query" ? "position" : name, name)),
      );
      select.value = axis;
      select.addEventListener("change", () =>
        this.events.change({ axes: exchanged(part.axes, i, select.value as Axis) }),
      );
      return el("label", {}, `${shape[i]} `, select);
    });
    const inner: readonly [Axis, Axis] = role === "query" ? ["head", "query"] : ["query", "key"];
    const swap = el(
      "button",
      { type: "button", class: "swap" },
      role === "query" ? "swap heads and positions" : "transpose",
    );
    swap.hidden = !inner.every((axis) => part.axes.includes(axis));
    swap.addEventListener("click", () => this.events.change({ axes: swapped(part.axes, inner) }));
    this.axes.replaceChildren(el("span", {}, `axes ${shapeInWords(part)}`), ...selects, swap);
  }

  private choose(select: HTMLSelectElement, family: Family | undefined): void {
    const id = family?.id ?? "";
    if (id && ![...select.options].some(({ value }) => value === id))
      select.append(new Option(nameOfFamily(family as Family), id));
    select.value = id;
  }

  private assignment(): Assignment {
    const chosen = chosenRoles.flatMap((role) => (this.selects[role].value ? [[role, this.selects[role].value]] : []));
    return Object.fromEntries(chosen) as Partial<Record<Role, string>>;
  }
}

const labelOf = (family: Family): string => `${nameOfFamily(family)} ${inWords(family.tensors[0]?.shape ?? [])}`;

/** Axis `at` becomes `to`; what was `to` becomes what the axis was, so that each is there once. */
const exchanged = (axes: readonly Axis[], at: number, to: Axis): Axis[] =>
  axes.map((axis, i) => (i === at ? to : axis === to ? (axes[at] as Axis) : axis));

const swapped = (axes: readonly Axis[], [a, b]: readonly [Axis, Axis]): Axis[] =>
  axes.map((axis) => (axis === a ? b : axis === b ? a : axis));

/** "scale 1/√64 = 0.125" */
function scaleInWords(
  { scaling: chosen, scale: own, softcap: cap, temperature: t }: ReadingState,
  width: number,
): string {
  const text =
    chosen === "1/√d"
      ? `scale 1/√${width} = ${Number((1 / Math.sqrt(width)).toPrecision(4))}`
      : `scale ${chosen === "1" ? 1 : own}`;
  return [text, ...(cap > 0 ? [`softcap ${cap}`] : []), ...(t === 1 ? [] : [`divided by ${t}`])].join(", ");
}
