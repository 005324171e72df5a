/**
 * In the page: how many figures there are, how many of them show a map of more than one colour, and what they say. Needs
 * nothing from around it, as it is sent to browsers.
 */
export function figuresOnPage() {
  const tags = "heed-notebook, heed-attention, heed-long-map";
  const colors = (canvas) => {
    const { width, height } = canvas;
    if (width === 0 || height === 0) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  };
  const figures = [...document.querySelectorAll(tags)];
  const isDrawn = ({ shadowRoot }) =>
    [...(shadowRoot?.querySelectorAll("canvas") ?? [])].some((map) => colors(map) > 1);
  return {
    count: figures.length,
    drawn: figures.filter((figure) => isDrawn(figure) && !figure.hasAttribute("aria-busy")).length,
    messages: figures.map(({ shadowRoot }) => shadowRoot?.querySelector(".message")?.textContent ?? ""),
  };
}
