/**
 * What a figure's page in an <iframe> and the page around it tell each other, by postMessage. The page around speaks first,
 * to the frame's origin only; the frame answers to the origin that greeted it, and hears only the window around it.
 */
export const themes = ["light", "dark"] as const;
export type Theme = (typeof themes)[number];
export const isTheme = (text: unknown): text is Theme => themes.some((theme) => theme === text);

export type ToFrame =
  /** Asks for heights and changes from now on; `theme`: what the page around is painted like. */
  | { readonly heed: 1; readonly type: "hello"; readonly theme?: Theme }
  /** Sets attributes of the figure; null takes one away. */
  | { readonly heed: 1; readonly type: "set"; readonly attributes: Readonly<Record<string, string | null>> };

export type FromFrame =
  /** CSS pixels that the figure needs in the frame's present width. */
  | { readonly heed: 1; readonly type: "height"; readonly height: number }
  /** What the reader has set: the figure's `publicState`, without what the reader brought. */
  | { readonly heed: 1; readonly type: "change"; readonly state: unknown };

/** A figure is not higher than this: what says so is broken or means ill. */
const mostHeight = 20_000;

export function isToFrame(data: unknown): data is ToFrame {
  if (!isOurs(data)) return false;
  if (data.type === "hello") return data.theme === undefined || isTheme(data.theme);
  if (data.type !== "set" || !isRecord(data.attributes)) return false;
  return Object.values(data.attributes).every((value) => value === null || typeof value === "string");
}

export function isFromFrame(data: unknown): data is FromFrame {
  if (!isOurs(data)) return false;
  if (data.type === "change") return "state" in data;
  const { type, height } = data;
  return type === "height" && typeof height === "number" && height > 0 && height <= mostHeight;
}

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === "object" && data !== null && !Array.isArray(data);

const isOurs = (data: unknown): data is Record<string, unknown> => isRecord(data) && data.heed === 1;
