/** What reads a file, says how and draws it, loaded with the first file: a page without one does not fetch it. */

export { attentionData, explain } from "../../figure/own/attention-data";
export { attentionMaps } from "../../figure/own/attention-maps";
export { layerEntropyOf } from "../../figure/own/layer-entropy";
export { LayerEntropyFigure } from "../../figure/own/layer-entropy-figure";
export { ReadingLine, readingSheet } from "../../figure/own/reading-line";
export { merged } from "../../formats/merged";
export { fromJson } from "../../formats/text/json";
export { rawNumbers } from "../../formats/text/raw-numbers";
export { AttentionFigure } from "./attention-figure";
export { combineAs } from "./combined-maps";
export { Comparison } from "./comparison";
export { experimentData, parseExperiment } from "./experiments";
