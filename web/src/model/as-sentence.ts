/** With a capital, unless it begins with a name like d_model, and a full stop. */
export const asSentence = (text: string) =>
  `${/^\w*_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
