/**
 * Figures for notebooks: a module that needs nothing beside it and draws into a given node. Its default export has
 * anywidget's form.
 * @module heed/widget
 */

import { coreFigures } from "../figures/core-list";
import { messageOf } from "../model/error-message";
import { define } from "./define";

/** A figure, and what it shows. */
export interface Description {
  /** The element's tag, "heed-attention" say. */
  readonly figure: string;
  /** True is an attribute without a value; false and null are none. */
  readonly attributes?: Readonly<Record<string, string | number | boolean | null>>;
  /**
   * For figures with a property data: { query, key, value, tokens } or { weights, tokens }, as arrays or { shape, data, dtype }.
   * `data` may be bytes: a DataView, as Jupyter brings them, a typed array, an ArrayBuffer or a text of base64; of float32 where no dtype is given.
   */
  readonly data?: unknown;
  /** Text below the figure. */
  readonly caption?: string;
}

/** A figure appended to `node`. Remove the element to end it. */
export async function mount(node: Element, description: Description): Promise<HTMLElement> {
  const { figure, data, caption } = description;
  await define(figure, coreFigures);
  const element = document.createElement(figure);
  setAttributes(element, description);
  if (caption) {
    const text = document.createElement("p");
    text.slot = "caption";
    text.textContent = caption;
    element.append(text);
  }
  if (hasContent(data)) {
    if (!takesData(element)) throw new Error(`<${figure}> takes no data; <heed-attention> does`);
    element.data = data;
  }
  node.append(element);
  return element;
}

/** A trait that nobody has set is an empty dictionary. */
const hasContent = (data: unknown) =>
  data !== undefined && data !== null && !(isPlain(data) && Object.keys(data).length === 0);

const isPlain = (data: unknown): data is object =>
  typeof data === "object" && data !== null && Object.getPrototypeOf(data) === Object.prototype;

/** Whether `data` can be set; of other figures it is a method. */
function takesData(element: object): element is { data: unknown } {
  for (let at = element; at; at = Object.getPrototypeOf(at)) {
    const property = Object.getOwnPropertyDescriptor(at, "data");
    if (property) return property.set !== undefined;
  }
  return false;
}

/** Those of `before` that are not there any more are taken away. */
function setAttributes(
  element: HTMLElement,
  { attributes = {} }: Description,
  before: Description["attributes"] = {},
): void {
  for (const [name, value] of Object.entries({ ...none(before), ...attributes })) {
    if (value === false || value === null) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

const none = (attributes: object) => Object.fromEntries(Object.keys(attributes).map((name) => [name, null]));

/** What is used of anywidget's model: traits by name. */
export interface WidgetModel {
  /** A trait's value. */
  get(trait: string): unknown;
  /** Changes a trait. */
  set(trait: string, value: unknown): void;
  /** Sends what was changed to the kernel. */
  save_changes(): void;
  /** Listens, to "change:figure" say. */
  on(event: string, changed: () => void): void;
  /** Listens no more. */
  off(event: string, changed: () => void): void;
}

/**
 * Traits: figure, attributes, data, caption; `state`, if there is one, is set when the reader has changed something, to what the
 * figure calls public: the kernel may run on a server, and learns nothing of what a reader opens or pastes.
 */
async function render({ model, el }: { model: WidgetModel; el: HTMLElement }): Promise<() => void> {
  const described = () =>
    Object.fromEntries(
      ["figure", "attributes", "data", "caption"].map((trait) => [trait, model.get(trait) ?? undefined]),
    ) as unknown as Description;
  const problem = document.createElement("p");
  problem.setAttribute("role", "alert");
  let shown = described();
  let element: HTMLElement | null = null;
  let isOpen = true;
  let renewing = Promise.resolve();
  // One after the other: traits that change together make several events.
  const renew = () => {
    renewing = renewing.then(async () => {
      if (!isOpen) return;
      element?.remove();
      element = null;
      problem.remove();
      shown = described();
      try {
        const mounted = await mount(el, shown);
        if (isOpen) element = mounted;
        else mounted.remove();
      } catch (error) {
        // Traits that are right come after traits that are wrong.
        problem.textContent = messageOf(error);
        if (isOpen) el.append(problem);
      }
    });
    return renewing;
  };
  const adjust = () => {
    if (!element) return;
    const { attributes } = shown;
    shown = described();
    setAttributes(element, shown, attributes);
  };
  const tell = () => {
    const { publicState } = (element ?? {}) as { publicState?: object | null };
    if (!publicState || model.get("state") === undefined) return;
    model.set("state", publicState);
    model.save_changes();
  };
  el.addEventListener("heed-change", tell);
  const listeners = [
    ["change:attributes", adjust],
    ...["change:figure", "change:data", "change:caption"].map((event) => [event, renew] as const),
  ] as const;
  for (const [event, changed] of listeners) model.on(event, changed);
  await renew();
  return () => {
    isOpen = false;
    for (const [event, changed] of listeners) model.off(event, changed);
    el.removeEventListener("heed-change", tell);
    element?.remove();
    problem.remove();
  };
}

/** A widget in anywidget's form. */
export interface AnyWidget {
  /** Shows the model in an element. Resolves with a way to end it. */
  render(context: { model: WidgetModel; el: HTMLElement }): Promise<() => void>;
}

/** For anywidget: `_esm = pathlib.Path("heed-widget.js")`. */
const widget: AnyWidget = { render };
export default widget;
