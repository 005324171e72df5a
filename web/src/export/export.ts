/** All of taking away, fetched when it is first asked for. */
import type { FigureData } from "../elements/figure-data";
import { fileName, toCsv, toJson, toNumpy } from "./data-files";

export { pictureOf, pngOf, svgText } from "./picture";

const types = {
  html: "text/html",
  svg: "image/svg+xml",
  png: "image/png",
  csv: "text/csv",
  json: "application/json",
  npy: "application/octet-stream",
  npz: "application/zip",
} as const;
export type Ending = keyof typeof types;

/** Hands a file to the reader; says under which name. */
export function saveBlob(name: string, ending: Ending, blob: Blob): string {
  const file = `${fileName(name.toLowerCase())}.${ending}`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  // The download has the blob by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return `Saved as ${file}.`;
}

export const saveText = (name: string, ending: Ending, text: string): string =>
  saveBlob(name, ending, new Blob([text], { type: types[ending] }));

export function saveNumbers(name: string, form: "CSV" | "JSON" | "NPY", data: readonly FigureData[]): string {
  if (data.length === 0) throw new Error("The figure has no numbers yet.");
  if (form === "CSV") return saveText(name, "csv", toCsv(data));
  if (form === "JSON") return saveText(name, "json", toJson(data));
  const { bytes, ending } = toNumpy(data);
  return saveBlob(name, ending, new Blob([bytes], { type: types[ending] }));
}

/** Browsers take the promise, so that the picture may be drawn after the click. */
export async function copyPng(png: Promise<Blob>): Promise<string> {
  if (typeof ClipboardItem === "undefined") throw new Error("This browser cannot copy images; save the PNG instead.");
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
  return "Copied as an image.";
}
