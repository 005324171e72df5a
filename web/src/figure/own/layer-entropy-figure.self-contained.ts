/** Never shown: see layer-entropy.self-contained.ts. */
export class LayerEntropyFigure {}
