/** A text cut at the subscripts of its symbols: "√d_k = 8" is "√d", "k", " = 8". Those at odd places are subscripts. */
export const atSubscripts = (text: string): string[] => text.split(/(?<=(?<![\p{L}\d])d)_(k|v|model)(?![\p{L}\d])/u);
