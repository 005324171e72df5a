/** What every figure does for as long as it is on a page. */
import { readPalette } from "../charts/palette";
import { isOnDark, watchGround } from "./ground";
import darkCss from "./styles/dark.css?inline";

const darkColors = new CSSStyleSheet();
darkColors.replaceSync(darkCss);

/** Follows the colours of the ground; `restyle` draws in them anew. Returns a way to stop it. */
export function present(figure: HTMLElement, restyle: () => void): () => void {
  const root = figure.shadowRoot;
  if (!root) throw new Error(`<${figure.localName}> has no shadow root to style`);
  const dress = () => {
    const others = root.adoptedStyleSheets.filter((sheet) => sheet !== darkColors);
    const next = isOnDark(figure) ? [...others, darkColors] : others;
    if (next.length !== root.adoptedStyleSheets.length) root.adoptedStyleSheets = next;
  };
  dress();
  const colors = () => JSON.stringify(readPalette(getComputedStyle(figure)));
  let drawn = colors();
  return watchGround(figure, () => {
    dress();
    const now = colors();
    if (now === drawn) return;
    drawn = now;
    restyle();
  });
}
