/** Makes formulas. Strings become text, never markup. */
type Child = Element | string;

export function mathml(name: string, ...children: readonly Child[]): MathMLElement {
  const element = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
  element.append(...children);
  return element;
}

export const mi = (name: string) => mathml("mi", name);
export const mo = (sign: string) => mathml("mo", sign);
export const mn = (number: string) => mathml("mn", number);
export const mrow = (...children: readonly Child[]) => mathml("mrow", ...children);
