/** What a figure stands on: the colour painted behind it, and whether its own colours should be the dark ones. */
import { type RGBColor, rgb } from "d3-color";
import { toOklab } from "../charts/color/color";

export interface Background {
  readonly isDark: boolean;
  /** The colour behind the figure; null where nothing is painted and the browser's own canvas shows. */
  readonly color: string | null;
}

/** Below this share of a colour, what is behind it shows. */
const opaque = 0.5;
const dark = () => matchMedia("(prefers-color-scheme: dark)");

/** Dark or light as the attribute theme says, else as the nearest background is painted, else by the page's colour scheme. */
export function backgroundOf(figure: Element): Background {
  const color = paintedBehind(figure);
  const theme = figure.getAttribute("theme");
  if (theme === "light" || theme === "dark") return { isDark: theme === "dark", color };
  if (color) return { isDark: toOklab(color)[0] < 0.5, color };
  const { colorScheme } = getComputedStyle(figure);
  const canBeDark = colorScheme.includes("dark");
  return { isDark: canBeDark && (!colorScheme.includes("light") || dark().matches), color };
}

/** Calls `changed` when the ground may have changed: the reader's system, printing, the attributes that pages switch themes by. */
export function watchBackground(figure: Element, changed: () => void): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  for (const list of [dark(), matchMedia("print")]) list.addEventListener("change", changed, options);
  const attributes = new MutationObserver(changed);
  attributes.observe(figure, { attributeFilter: ["theme"] });
  // A figure that gets other ancestors is taken off the page and put back, so these stay the same ones.
  for (const ancestor of ancestors(figure)) attributes.observe(ancestor, { attributes: true });
  // Backgrounds that fade are still the old ones when the attribute changes, and style sheets may come late.
  const faded = ({ propertyName }: TransitionEvent) => propertyName === "background-color" && changed();
  document.addEventListener("transitionend", faded, options);
  window.addEventListener("load", changed, options);
  return () => {
    stop.abort();
    attributes.disconnect();
  };
}

function paintedBehind(figure: Element): string | null {
  for (const element of [figure, ...ancestors(figure)]) {
    const color = toRgb(getComputedStyle(element).backgroundColor);
    if (color.opacity > opaque) return color.copy({ opacity: 1 }).formatHex();
  }
  return null;
}

/** As they are drawn: through slots, and out of shadow trees. */
function ancestors(element: Element): Element[] {
  const { host } = element.getRootNode() as Partial<ShadowRoot>;
  const parent = element.assignedSlot ?? element.parentElement ?? host;
  return parent ? [parent, ...ancestors(parent)] : [];
}

/** Computed colours come as rgb() or, for newer notations, in a form that only the browser reads. */
function toRgb(css: string): RGBColor {
  const known = rgb(css);
  const context = Number.isNaN(known.opacity) && new OffscreenCanvas(1, 1).getContext("2d");
  if (!context) return known;
  context.fillStyle = css;
  context.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  return rgb(r, g, b, alpha / 255);
}
