export interface Words {
  argumentNames: Record<string, [method: string, argument: number]>;
  typeNames: Record<string, string>;
  docs: Record<string, string>;
}
export function documented(declarations: string, words?: Words): string;
