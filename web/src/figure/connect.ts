/** What every figure does for as long as it is on a page. */
import { contrast } from "../charts/color/color";
import { readPalette } from "../charts/color/palette";
import { keepEngine } from "../compute/client";
import { backgroundOf, watchBackground } from "./background";
import { followFragment } from "./link";
import darkCss from "./styles/dark.css?inline";

const darkColors = new CSSStyleSheet();
darkColors.replaceSync(darkCss);

/** That of the smallest text (WCAG 2.2, 1.4.3). */
const leastContrast = 4.5;

/** The colours of each figure's drawing, also while it is off the page. */
const drawnPalettes = new WeakMap<HTMLElement, string>();

/** Keeps the engine and follows the colours behind the figure; `restyle` draws in them anew. Returns a way to end both. */
export function connectFigure(figure: HTMLElement, restyle: () => void): () => void {
  const root = figure.shadowRoot;
  if (!root) throw new Error(`<${figure.localName}> has no shadow root to style`);
  const releaseEngine = keepEngine();
  const paper = new CSSStyleSheet();
  // Parts that are loaded later bring sheets of their own, which stay.
  const otherSheets = () => root.adoptedStyleSheets.filter((sheet) => sheet !== darkColors && sheet !== paper);
  let wasDark: boolean | undefined;
  let css = "";
  const applyColors = () => {
    const { isDark, color } = backgroundOf(figure);
    if (isDark !== wasDark) root.adoptedStyleSheets = [...otherSheets(), ...(isDark ? [darkColors] : []), paper];
    wasDark = isDark;
    const next = color ? paperCss(color, figure) : "";
    if (next !== css) paper.replaceSync(next);
    css = next;
  };
  const follow = () => {
    applyColors();
    const before = drawnPalettes.get(figure);
    const now = JSON.stringify(readPalette(getComputedStyle(figure)));
    drawnPalettes.set(figure, now);
    if (before !== now) restyle();
  };
  follow();
  const unwatch = watchBackground(figure, follow);
  // Paper has a width of its own, of which no observer of sizes is told.
  const print = matchMedia("print");
  print.addEventListener("change", restyle);
  const unfollow = followFragment(figure);
  return () => {
    unwatch();
    print.removeEventListener("change", restyle);
    unfollow();
    releaseEngine();
    root.adoptedStyleSheets = otherSheets();
  };
}

/** The background is the figure's paper, unless its text could not be read there: then the figure brings its own. */
function paperCss(background: string, figure: HTMLElement): string {
  const soft = getComputedStyle(figure).getPropertyValue("--heed-soft");
  const suits = contrast(background, soft) >= leastContrast;
  const rule = suits ? `:host { --heed-paper: ${background} }` : ".figure { background: var(--paper); padding: 12px }";
  return `@media screen { ${rule} }`;
}
