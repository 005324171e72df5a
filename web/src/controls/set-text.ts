/** Changes text only where it differs, so that nothing is laid out in vain. */
export const setText = (target: Node, text: string): void => {
  if (target.textContent !== text) target.textContent = text;
};
