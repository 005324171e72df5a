/** The ways in which a reader brings numbers of their own: a file that is chosen or dropped, or text that is pasted. */
import { readInWorker } from "../../../compute/files/read-in-worker";
import { el } from "../../../controls/el";
import type { DataFile } from "../../../formats/tensor";

type Open = (files: readonly File[]) => void;

/** A control that chooses files. */
export function fileControl(label: string, open: Open): HTMLElement {
  const input = el("input", { type: "file", multiple: "", "aria-label": label });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) open(files);
    // The same file again, once it has been changed.
    input.value = "";
  });
  return el("label", { class: "file", part: "file" }, input, el("span", {}, "Open a file …"));
}

/** Files that are dropped on the figure's box, and what is pasted while the figure has the focus. */
export function listenToFiles(figure: HTMLElement, box: HTMLElement, open: Open): void {
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) open(files);
  });
  figure.addEventListener("paste", (event) => {
    // Text pasted into a control is the control's.
    if (event.composedPath()[0] instanceof HTMLTextAreaElement || event.composedPath()[0] instanceof HTMLInputElement)
      return;
    const files = [...(event.clipboardData?.files ?? [])];
    const text = event.clipboardData?.getData("text/plain");
    if (files.length > 0) open(files);
    else if (text) open([new File([text], "pasted text")]);
  });
}

/** Each file with its tensors, in a worker. */
export async function readFiles(files: readonly File[], signal: AbortSignal): Promise<[string, DataFile][]> {
  const read: [string, DataFile][] = [];
  for (const file of files) read.push([file.name, await readInWorker(file, file.name, signal)]);
  return read;
}

export const namesOf = (files: readonly File[]): string => files.map(({ name }) => name).join(" and ");

export const unlinkableData =
  "These numbers are too many for a link, or not all of them are finite. Put the file on a page, as src of the figure.";

/** Names for the tokens of a file; null: those that it has itself. */
export function withTokens(data: DataFile, tokens: readonly string[] | null): DataFile {
  if (!tokens) return data;
  const { tokens: _, ...labels } = data.labels;
  const others = Object.fromEntries(Object.entries(labels).filter(([key]) => !/^(query|key)_?tokens$/i.test(key)));
  return { ...data, labels: { ...others, tokens } };
}
