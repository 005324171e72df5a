/** What reads a file and says how, loaded with the first file: a page without one does not fetch it. */

export { merged } from "../../formats/merged";
export { fromJson } from "../../formats/text/json";
export { rawNumbers } from "../../formats/text/raw-numbers";
export { attentionData, explain } from "./attention-data";
export { attentionMaps } from "./attention-maps";
export { combineAs } from "./combined-maps";
export { experimentData, parseExperiment } from "./experiments";
export { ReadingLine, readingSheet } from "./reading-line";
