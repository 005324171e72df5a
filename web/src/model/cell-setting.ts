/** The cell that a reader keeps in focus, as "4,7" in the address. */
import { quote } from "./fields";
import type { Setting } from "./settings";

export interface Cell {
  readonly query: number;
  readonly key: number;
}

export const cellSetting = (key: string): Setting<Cell | null> => ({
  default: null,
  parse: (text) => {
    const [, query, at] = /^(\d{1,4}),(\d{1,4})$/.exec(text.trim()) ?? [];
    if (text.trim() === "") return { value: null };
    if (query && at) return { value: { query: Number(query), key: Number(at) } };
    return { problem: `${key} is “query,key”, not “${quote(text)}”` };
  },
  format: (cell) => (cell ? `${cell.query},${cell.key}` : ""),
});
