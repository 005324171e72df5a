/** Makes formulas. Strings become text, never markup. */
type Child = Element | string;

export function mathml(name: string, ...children: readonly Child[]): MathMLElement {
  const element = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
  element.append(...children);
  return element;
}

export const mi = (name: string) => mathml("mi", name);
export const mo = (sign: string) => mathml("mo", sign);
export const mrow = (...children: readonly Child[]) => mathml("mrow", ...children);
/** A vector's name: an upright letter would be read as a function's. */
export const msub = (base: Element, index: Element) => mathml("msub", base, index);
export const msqrt = (...children: readonly Child[]) => mathml("msqrt", ...children);
