export function documented(declarations: string): string;
