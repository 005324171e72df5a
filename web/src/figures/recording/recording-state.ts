/** What decides what <heed-recording> shows of its recording. */
import { type ColorScale, colorScales } from "../../charts/color/color-scale";
import { kinds, type RecordedKind } from "../../formats/recording/layout";
import { quote } from "../../model/fields";
import { choiceSetting, type Setting, type Settings } from "../../model/settings";

export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

export interface LockedCell {
  readonly query: number;
  readonly key: number | null;
}

export const tints = ["gives", "receives"] as const;

export interface RecordingState {
  /** Which attention; null: the first of the recording. */
  readonly kind: RecordedKind | null;
  /** From 0; null: the first head of the recording. */
  readonly head: HeadPlace | null;
  /** The text is tinted by what the token in focus gives to each other, or receives from it. */
  readonly tint: (typeof tints)[number];
  readonly colours: ColorScale;
  /** A cell that is locked, or a query by itself. */
  readonly cell: LockedCell | null;
}

const kindSetting: Setting<RecordedKind | null> = {
  default: null,
  parse: (text) => {
    const value = kinds.find((kind) => kind === text.trim()) ?? null;
    if (value || text.trim() === "") return { value };
    return { problem: `kind is ${kinds.join(" or ")}, not “${quote(text)}”` };
  },
  format: (kind) => kind ?? "",
};

/** "9.8": layer 9, head 8, from 1 as they are called on the page. */
const headSetting: Setting<HeadPlace | null> = {
  default: null,
  parse: (text) => {
    const [, layer, head] = /^([1-9]\d{0,4})\.([1-9]\d{0,4})$/.exec(text.trim()) ?? [];
    if (layer && head) return { value: { layer: Number(layer) - 1, head: Number(head) - 1 } };
    if (text.trim() === "") return { value: null };
    return { problem: `head is “layer.head”, from 1, not “${quote(text)}”` };
  },
  format: (place) => (place ? `${place.layer + 1}.${place.head + 1}` : ""),
};

const cellSetting: Setting<LockedCell | null> = {
  default: null,
  parse: (text) => {
    const [, query, key] = /^(\d{1,7})(?:,(\d{1,7}))?$/.exec(text.trim()) ?? [];
    if (query) return { value: { query: Number(query), key: key ? Number(key) : null } };
    if (text.trim() === "") return { value: null };
    return { problem: `cell is “query,key”, not “${quote(text)}”` };
  },
  format: (cell) => (cell ? `${cell.query}${cell.key === null ? "" : `,${cell.key}`}` : ""),
};

export const recordingSettings: Settings<RecordingState> = {
  kind: kindSetting,
  head: headSetting,
  tint: choiceSetting("tint", tints, { label: "text tinted by what a token" }),
  colours: choiceSetting("colours", colorScales),
  cell: cellSetting,
};
