/** Never shown: see layer-entropy.self-contained.ts. */
export const layerEntropySheet = new CSSStyleSheet();

export class LayerEntropyFigure {}
