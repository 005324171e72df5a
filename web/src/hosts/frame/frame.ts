/**
 * The script of embed.html, the page for an <iframe>: embed.html?figure=heed-notebook&heads=2&caption=What+to+notice. Other
 * parameters are the figure's attributes.
 */
import { figures } from "../../figures/list";
import { quote } from "../../model/fields";
import { define } from "../define";
import { whenWanted } from "../when-wanted";
import { type FromFrame, isTheme, isToFrame, themes } from "./frame-protocol";

/** Whoever writes the address must not be able to add more than a figure's settings. */
const settable = /^(?!on|address$|class$|id$|is$|part$|slot$|style$)[a-z][a-z-]*$/;

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :root { color-scheme: light dark; background: #fcfbf8 }
  body { margin: 0; font: 15px/1.6 system-ui, sans-serif }
  p { margin: 0 }
  @media (prefers-color-scheme: dark) { :root { background: #141518; color: #e9e7e2 } }
  :root.light { color-scheme: light; background: #fcfbf8; color: #1b1c1f }
  :root.dark { color-scheme: dark; background: #141518; color: #e9e7e2 }
  :root.greeted { color-scheme: light; background: none }
`);
document.adoptedStyleSheets.push(sheet);

const parameters = new URLSearchParams(location.search);
const tag = parameters.get("figure") ?? "";
const root = document.documentElement;

if (Object.hasOwn(figures, tag)) show(tag);
else say(`There is no figure “${tag}”; there are ${Object.keys(figures).join(", ")}.`);

function show(tag: string): void {
  const figure = document.createElement(tag);
  figure.id = "figure";
  figure.setAttribute("address", "");
  for (const [name, value] of parameters)
    if (name !== "figure" && name !== "caption") setAttribute(figure, name, value);
  const caption = document.createElement("p");
  caption.slot = "caption";
  caption.textContent = parameters.get("caption");
  if (caption.textContent) figure.append(caption);
  document.body.append(figure);
  const theme = figure.getAttribute("theme");
  if (isTheme(theme)) root.classList.add(theme);
  else if (theme !== null) say(`Ignored in the address: theme is ${themes.join(" or ")}, not “${quote(theme)}”.`);
  answer(figure);
  whenWanted([tag], (name) => define(name, figures));
  void customElements.whenDefined(tag).then(() => nameUnknown(figure));
}

/** What figures have for the page around them. */
interface Shared {
  readonly publicState: object | null;
}

function setAttribute(figure: Element, name: string, value: string | null): void {
  if (!settable.test(name)) return;
  if (value === null) figure.removeAttribute(name);
  else figure.setAttribute(name, value);
}

/** A misspelt setting would otherwise do nothing, and say nothing. */
function nameUnknown(figure: Element): void {
  const { observedAttributes = [] } = figure.constructor as unknown as { observedAttributes?: readonly string[] };
  const known = ["figure", "caption", "theme", "controls", ...observedAttributes];
  const unknown = [...new Set(parameters.keys())].filter((name) => !known.includes(name));
  if (unknown.length > 0) say(`Ignored in the address: ${unknown.join(", ")}. There are ${known.join(", ")}.`);
}

function say(text: string): void {
  const note = document.createElement("p");
  note.textContent = text;
  document.body.prepend(note);
}

/**
 * Heights and changes go to the window around that greets, at the origin from which it does. Of a change it learns what the
 * figure calls public: nothing that the reader brought, and nothing taken from it.
 */
function answer(figure: Element & Partial<Shared>): void {
  let origin: string | undefined;
  const tell = (message: FromFrame) => {
    // Pages without an origin, on file:// say, can be addressed only so; heights and public states are no secret.
    if (origin !== undefined) parent.postMessage(message, origin === "null" ? "*" : origin);
  };
  const measure = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height > 0) tell({ heed: 1, type: "height", height });
  };
  addEventListener("message", ({ data, source, origin: from }) => {
    if (parent === window || source !== parent || !isToFrame(data)) return;
    if (data.type === "hello") {
      origin = from;
      if (data.theme) {
        root.classList.add("greeted");
        figure.setAttribute("theme", data.theme);
      }
      measure();
    } else if (from === origin)
      for (const [name, value] of Object.entries(data.attributes)) setAttribute(figure, name, value);
  });
  new ResizeObserver(measure).observe(document.body);
  figure.addEventListener("heed-change", () => {
    const { publicState } = figure;
    if (publicState) tell({ heed: 1, type: "change", state: publicState });
  });
}
