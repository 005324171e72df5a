/** Makes formulas. Strings become text, never markup. */
type Child = Element | string;

export function mathml(name: string, ...children: readonly Child[]): MathMLElement {
  const element = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
  element.append(...children);
  return element;
}

/** A variable, of one letter, in italics; a function's name, of several, upright. */
export function mi(name: string, isUpright = name.length > 1): MathMLElement {
  const element = mathml("mi", name);
  if (isUpright) element.setAttribute("mathvariant", "normal");
  return element;
}

export const mo = (sign: string) => mathml("mo", sign);
export const mn = (number: string) => mathml("mn", number);
export const mrow = (...children: readonly Child[]) => mathml("mrow", ...children);

/** A parenthesis around a fraction, as high as it with any font: only those of mathematics have parts that stretch. */
export function fence(sign: string): MathMLElement {
  const letter = mo(sign);
  letter.setAttribute("stretchy", "false");
  const lowered = mathml("mpadded", letter);
  lowered.setAttribute("voffset", "-0.3em");
  lowered.classList.add("fence");
  return lowered;
}
