/** What decides what <heed-attention> shows, beside what its page gives it. */
import { type ColorScale, colorScales } from "../../charts/color/color-scale";
import { fromJson } from "../../formats/json";
import type { DataFile } from "../../formats/tensor";
import { bySecondDigit, type Mask, masks, quote } from "../../model/fields";
import { choiceSetting, numberSetting, type Setting, type Settings } from "../../model/settings";
import { type Assignment, roles } from "./attention-data";
import { dataText } from "./data-text";

export interface LockedCell {
  readonly query: number;
  readonly key: number | null;
}

export interface AttentionState {
  readonly mask: Mask;
  readonly temperature: number;
  readonly colours: ColorScale;
  readonly layer: number;
  readonly head: number;
  /** What is locked: a cell, or a query by itself. */
  readonly cell: LockedCell | null;
  /** What the reader said that tensors are, where that differs from what was taken for granted. */
  readonly roles: Assignment | null;
  /** What the reader's data are called. */
  readonly name: string;
  /** What the reader opened or pasted, instead of what the page gives. */
  readonly data: DataFile | null;
}

const lockedSetting: Setting<LockedCell | null> = {
  default: null,
  parse: (text) => {
    const [, query, key] = /^(\d{1,7})(?:,(\d{1,7}))?$/.exec(text.trim()) ?? [];
    if (text.trim() === "") return { value: null };
    if (query) return { value: { query: Number(query), key: key ? Number(key) : null } };
    return { problem: `cell is “query,key”, not “${quote(text)}”` };
  },
  format: (cell) => (cell ? `${cell.query}${cell.key === null ? "" : `,${cell.key}`}` : ""),
};

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

const nameSetting: Setting<string> = {
  default: "",
  parse: (text) => ({ value: quote(text) }),
  format: quote,
};

const dataSetting: Setting<DataFile | null> = {
  default: null,
  parse: (text) => {
    if (text === "") return { value: null };
    try {
      return { value: fromJson(JSON.parse(text), "data") };
    } catch (error) {
      return { problem: `data cannot be read: ${error instanceof Error ? error.message : error}` };
    }
  },
  format: (file) => (file ? (dataText(file) ?? "") : ""),
};

/** The longest last: where a link was cut off, what stands before it can be read. */
export const attentionSettings: Settings<AttentionState> = {
  mask: choiceSetting("mask", masks),
  temperature: numberSetting("temperature", { default: 1, min: 0.01, max: 100, whole: false, step: bySecondDigit }),
  colours: choiceSetting("colours", colorScales),
  layer: numberSetting("layer", { default: 1, min: 1, max: 9999 }),
  head: numberSetting("head", { default: 1, min: 1, max: 9999 }),
  cell: lockedSetting,
  roles: rolesSetting,
  name: nameSetting,
  data: dataSetting,
};
