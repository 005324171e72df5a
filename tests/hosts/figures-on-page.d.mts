export function figuresOnPage(): { count: number; drawn: number; messages: string[] };
