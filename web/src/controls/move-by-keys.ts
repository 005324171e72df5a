/** Many buttons as one stop of the Tab key: arrow keys, Home and End move among them. */
interface Stops {
  readonly stops: readonly HTMLElement[];
  /** How many stand in a row. */
  readonly columns: number;
}

export function moveByKeys(group: HTMLElement, stops: () => Stops): void {
  group.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const { stops: all, columns } = stops();
    const at = all.indexOf(event.target as HTMLElement);
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - columns,
      ArrowDown: at + columns,
      Home: 0,
      End: all.length - 1,
    };
    const to = moves[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = all[to];
    next?.focus();
  });
  // The Tab key comes back to where it left.
  group.addEventListener("focusin", ({ target }) => {
    const all = stops().stops;
    if (all.some((stop) => stop === target)) for (const stop of all) stop.tabIndex = stop === target ? 0 : -1;
  });
}
