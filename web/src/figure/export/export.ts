/** All of taking away, fetched when it is first asked for. */
import type { FigureData } from "../../model/figure-data";
import { csvParts, fileName, jsonParts, numpyEnding, numpyParts } from "./data-files";

export { pictureOf, pngOf, svgText } from "./picture";

const types = {
  html: "text/html",
  svg: "image/svg+xml",
  png: "image/png",
  csv: "text/csv",
  json: "application/json",
  npy: "application/octet-stream",
  npz: "application/zip",
  safetensors: "application/octet-stream",
  heed: "application/octet-stream",
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

export async function saveNumbers(
  name: string,
  form: "CSV" | "JSON" | "NPY",
  data: readonly FigureData[],
): Promise<string> {
  if (data.length === 0) throw new Error("The figure has no numbers yet.");
  if (form === "CSV") return saveBlob(name, "csv", await blobOf(csvParts(data), types.csv));
  if (form === "JSON") return saveBlob(name, "json", await blobOf(jsonParts(data), types.json));
  const ending = numpyEnding(data);
  return saveBlob(name, ending, await blobOf(numpyParts(data), types[ending]));
}

/** Of parts that together may be longer than a string can be, or more than fits beside what they are of; the page goes on between them. */
async function blobOf(parts: Iterable<BlobPart>, type: string): Promise<Blob> {
  const blobs: Blob[] = [];
  for (const part of parts) {
    blobs.push(new Blob([part]));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob(blobs, { type });
}

/** Browsers take the promise, so that the picture may be drawn after the click. */
export async function copyPng(png: Promise<Blob>): Promise<string> {
  if (typeof ClipboardItem === "undefined") throw new Error("This browser cannot copy images; save the PNG instead.");
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
  return "Copied as an image.";
}
