/** Ways to draw a map with one pixel a cell, for canvases that show it with fewer: what is taken away has all of them. */
export const trueResolution = new WeakMap<HTMLCanvasElement, () => HTMLCanvasElement | null>();
