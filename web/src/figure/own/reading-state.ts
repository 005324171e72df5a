/** How numbers of any origin are read, and what is done with them: settings that every figure of one's own numbers has. */
import type { Assignment } from "../../formats/layouts/choices";
import { type Axis, axisNames, roles } from "../../formats/layouts/reading";
import type { DataFile } from "../../formats/tensor";
import { fromJson } from "../../formats/text/json";
import { messageOf } from "../../model/error-message";
import { bySecondDigit, type Mask, masks, quote } from "../../model/fields";
import { choiceSetting, numberSetting, type Setting, type Settings } from "../../model/settings";
import { dataText } from "./data-text";

/** Which keys a causal mask lets queries see where there are more keys than queries. */
export const alignments = ["first keys", "last keys"] as const;
export type Alignment = (typeof alignments)[number];

export const scalings = ["1/√d", "1", "other"] as const;
export type Scaling = (typeof scalings)[number];

/** What is done with the numbers of maps; "guessed" by their name and whether there are negative ones. */
export const valueKinds = ["guessed", "shown as they are", "put through softmax"] as const;
export type ValueKind = (typeof valueKinds)[number];

export interface ReadingState {
  readonly mask: Mask;
  readonly aligned: Alignment;
  readonly temperature: number;
  readonly scaling: Scaling;
  /** Where `scaling` is "other". */
  readonly scale: number;
  /** 0 is none. */
  readonly softcap: number;
  readonly values: ValueKind;
  /** What a whole number of the file stands for. */
  readonly unit: number;
  /** Of a batch, from 1. */
  readonly sequence: number;
  /** Which of several sets of maps: "encoder". */
  readonly set: string;
  /** What the axes are, where that differs from what was taken for granted. */
  readonly axes: readonly Axis[] | null;
  /** What the reader said that tensors are, where that differs from what was taken for granted. */
  readonly roles: Assignment | null;
  /** What the reader's data are called. */
  readonly name: string;
  /** What the reader opened or pasted, instead of what the page gives. */
  readonly data: DataFile | null;
}

const rolesSetting: Setting<Assignment | null> = {
  default: null,
  parse: (text) => {
    const pairs = text === "" ? [] : text.split(",").map((pair) => pair.split(":").map(decoded));
    const isRole = ([role = "", name, more]: string[]) => roles.some((each) => each === role) && name && !more;
    if (!pairs.every(isRole)) return { problem: `roles are “query:NAME,key:NAME”, not “${quote(text)}”` };
    return { value: pairs.length > 0 ? Object.fromEntries(pairs) : null };
  },
  format: (assignment) =>
    Object.entries(assignment ?? {})
      .map(([role, name]) => `${role}:${encodeURIComponent(name)}`)
      .join(),
};

/** As it is where it is no encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const axesSetting: Setting<readonly Axis[] | null> = {
  default: null,
  parse: (text) => {
    const names = text.split(",").map((name) => name.trim());
    if (text.trim() === "") return { value: null };
    const axes = names.flatMap((name) => axisNames.filter((axis) => axis === name));
    if (axes.length === names.length && axes.length <= 8) return { value: axes };
    return { problem: `axes are names out of ${axisNames.join(", ")}, not “${quote(text)}”` };
  },
  format: (axes) => axes?.join() ?? "",
};

const nameSetting: Setting<string> = {
  default: "",
  parse: (text) => ({ value: quote(text) }),
  format: quote,
};

/** Files are the same only where they are one object. */
const numbers = new WeakMap<DataFile, number>();
let files = 0;

function numberOf(file: DataFile): number {
  const number = numbers.get(file) ?? files++;
  numbers.set(file, number);
  return number;
}

const dataSetting: Setting<DataFile | null> = {
  default: null,
  identify: (file) => (file ? String(numberOf(file)) : ""),
  parse: (text) => {
    if (text === "") return { value: null };
    try {
      return { value: fromJson(JSON.parse(text), "data") };
    } catch (error) {
      return { problem: `data cannot be read: ${messageOf(error)}` };
    }
  },
  format: (file) => (file ? (dataText(file) ?? "") : ""),
};

/** The longest last: where a link was cut off, what stands before it can be read. */
export const readingSettings: Settings<ReadingState> = {
  mask: choiceSetting("mask", masks),
  aligned: choiceSetting("aligned", alignments, { label: "first query sees" }),
  temperature: numberSetting("temperature", { default: 1, min: 0.01, max: 100, whole: false, step: bySecondDigit }),
  scaling: choiceSetting("scaling", scalings, { label: "scale" }),
  scale: numberSetting("scale", {
    default: 0.125,
    min: -1000,
    max: 1000,
    whole: false,
    step: (value, direction) => (value > 0 ? bySecondDigit(value, direction) : value + direction * 0.01),
    label: "other scale",
    when: { scaling: "other" },
  }),
  softcap: numberSetting("softcap", {
    default: 0,
    min: 0,
    max: 1000,
    whole: false,
    step: (value, direction) => value + direction,
  }),
  values: choiceSetting("values", valueKinds, { label: "numbers are" }),
  unit: numberSetting("unit", {
    default: 1,
    min: 1e-9,
    max: 1e9,
    whole: false,
    step: bySecondDigit,
    label: "scale of the numbers",
  }),
  sequence: numberSetting("sequence", { default: 1, min: 1, max: 99_999 }),
  set: nameSetting,
  axes: axesSetting,
  roles: rolesSetting,
  name: nameSetting,
  data: dataSetting,
};
