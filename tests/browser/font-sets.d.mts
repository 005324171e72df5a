export type FontSet = "dejavu" | "liberation" | "wide";
export const layout: string;
export const hasFontSets: boolean;
export function withFonts(name: FontSet): Record<string, string>;
export function makeFontSets(): void;
