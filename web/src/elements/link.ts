/** The address of the page that shows a figure as it is: with its state, and scrolled to it. */
export function linkTo(figure: HTMLElement, search: string): string {
  const page = document.baseURI.split(/[?#]/)[0] ?? "";
  return `${page}${search}${figure.id ? `#${encodeURIComponent(figure.id)}` : ""}`;
}
