export function fontFiles(family: "dejavu" | "liberation"): string[] | undefined;
export function ensureFonts(): Promise<void>;
