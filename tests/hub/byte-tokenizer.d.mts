export function byteTokenizer(tokens?: number): Uint8Array;
