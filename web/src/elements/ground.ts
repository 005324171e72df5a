/** What a figure stands on: light or dark, as its attribute theme says, else as the page behind it is painted. */
import { type RGBColor, rgb } from "d3-color";
import { toOklab } from "../charts/color";

/** Below this share of a colour, what is behind it shows. */
const opaque = 0.5;
const dark = () => matchMedia("(prefers-color-scheme: dark)");

/** The attribute theme ("light" or "dark"), else the nearest background behind the figure, else the page's colour scheme. */
export function isOnDark(figure: Element): boolean {
  const theme = figure.getAttribute("theme");
  if (theme === "light" || theme === "dark") return theme === "dark";
  for (let element: Element | null = figure; element; element = parentOf(element)) {
    const ground = toRgb(getComputedStyle(element).backgroundColor);
    if (ground.opacity > opaque) return toOklab(ground.formatRgb())[0] < 0.5;
  }
  const { colorScheme } = getComputedStyle(figure);
  return colorScheme.includes("dark") && (!colorScheme.includes("light") || dark().matches);
}

/** Calls `changed` when the ground may have changed: the reader's system, the attributes that pages switch themes by. */
export function watchGround(figure: Element, changed: () => void): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  for (const list of [dark(), matchMedia("print")]) list.addEventListener("change", changed, options);
  const attributes = new MutationObserver(changed);
  attributes.observe(figure, { attributeFilter: ["theme"] });
  for (const page of [document.documentElement, document.body]) attributes.observe(page, { attributes: true });
  // Backgrounds that fade are still the old ones when the attribute changes.
  const faded = ({ propertyName }: TransitionEvent) => propertyName === "background-color" && changed();
  document.addEventListener("transitionend", faded, options);
  return () => {
    stop.abort();
    attributes.disconnect();
  };
}

const parentOf = (element: Element) =>
  element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null;

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
