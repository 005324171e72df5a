/**
 * Draws, and keeps the keyboard's focus where the reader put it: if the element in focus is replaced, the one that stands in
 * its place gets the focus.
 */
export function keepFocus(root: ShadowRoot | null, draw: () => void): void {
  const focused = root?.activeElement ?? null;
  const path = pathTo(focused);
  draw();
  if (!focused || focused.isConnected) return;
  const from = path.findIndex(({ parent }) => parent.isConnected);
  let place: Element | undefined = path[from]?.parent;
  for (const { index } of path.slice(0, from + 1).reverse())
    place = place?.children[Math.min(index, place.children.length - 1)];
  if (place instanceof HTMLElement) place.focus({ preventScroll: true });
}

/** From the element upwards: its parent, and which child of it leads there. */
function pathTo(element: Element | null): { parent: Element; index: number }[] {
  const path = [];
  for (let child = element; child?.parentElement; child = child.parentElement)
    path.push({ parent: child.parentElement, index: [...child.parentElement.children].indexOf(child) });
  return path;
}
