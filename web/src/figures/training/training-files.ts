/** Models as files: what is saved, and what is read. */
import { TrainingSession } from "../../compute/training/training";
import type { WatchedRun } from "./watched-run";

/** No model that a page can train is larger. */
const mostBytes = 256e6;

export async function readModelFile(blob: Blob): Promise<Uint8Array> {
  if (blob.size > mostBytes)
    throw new Error(
      `the file has ${(blob.size / 1e6).toFixed(0)} MB; the page reads models of up to ${mostBytes / 1e6} MB`,
    );
  return new Uint8Array(await blob.arrayBuffer());
}

/** Opens files and kept runs, one at a time: who chooses another has it in place of the one before. */
export class Opening {
  private control = new AbortController();

  /** Gives the session of what `read` reads to `opened`, or says to `failed` why there is none; neither once it is not wanted any more. */
  async open(
    read: () => Promise<Uint8Array>,
    opened: (session: TrainingSession) => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    this.abort();
    this.control = new AbortController();
    const { signal } = this.control;
    try {
      const bytes = await read();
      const session = signal.aborted ? null : await TrainingSession.open(bytes, { signal });
      if (signal.aborted) session?.close();
      else if (session) opened(session);
    } catch (error) {
      if (!signal.aborted) failed(error);
    }
  }

  abort(): void {
    this.control.abort();
  }
}

/** Saves the newest network with the optimiser's state, or the one of an earlier step alone; says what was saved. */
export async function saveModel(run: WatchedRun, step: number | null): Promise<string> {
  const whole = step === null && run.info.canTrain;
  const bytes = await (whole ? run.session.checkpoint() : run.session.save(step ?? undefined));
  const file = `heed-${run.state.task}-step-${step ?? run.step}.safetensors`;
  download(bytes, file);
  const what = whole ? "the network and the optimiser’s state, so training can continue" : "the network alone";
  return `Saved ${file}: ${what}.`;
}

/** Calls `open` with the file that is dropped on an element. */
export function listenToDrops(element: HTMLElement, open: (file: File) => void): void {
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) open(file);
  });
}

function download(bytes: Uint8Array, file: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = file;
  link.click();
  // The download has the blob by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
