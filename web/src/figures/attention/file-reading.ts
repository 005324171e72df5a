/** What reads a file and says how, and the chart of its entropies, loaded with the first file: a page without one does not fetch it. */

export { EntropyChart } from "../../charts/curves/entropy-chart";
export { attentionData, explain } from "../../figure/own/attention-data";
export { attentionMaps } from "../../figure/own/attention-maps";
export { layerEntropyOf } from "../../figure/own/layer-entropy";
export { ReadingLine, readingSheet } from "../../figure/own/reading-line";
export { merged } from "../../formats/merged";
export { fromJson } from "../../formats/text/json";
export { rawNumbers } from "../../formats/text/raw-numbers";
export { combineAs } from "./combined-maps";
export { Comparison } from "./comparison";
export { experimentData, parseExperiment } from "./experiments";
