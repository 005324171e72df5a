export function numberTokenizer(tokens?: number): Uint8Array;
