/** The files that a reader opens are read in a worker, the newest only, and several as one. */

import { type DataFile, FormatError } from "../../../formats/tensor";
import { messageOf } from "../../../model/error-message";
import type { Activity } from "../../activity";
import { namesOf, readFiles, withTokens } from "./own-files";

export interface OpenedFilesEvents {
  /** Its figure is busy meanwhile. */
  readonly activity: Activity;
  /** What is shown of a file. */
  readonly shown: () => DataFile | null;
  /** Loaded with the first file. */
  readonly merged: () => Promise<(read: [string, DataFile][]) => DataFile>;
  /** `name` is null where the file has but names for the tokens that are shown. */
  readonly open: (data: DataFile, name: string | null) => void;
  /** Why it could not be read. */
  readonly refuse: (reason: string, error: unknown) => void;
}

export class OpenedFiles {
  private newest = new AbortController();

  constructor(private readonly events: OpenedFilesEvents) {}

  read(files: readonly File[], name = namesOf(files)): Promise<void> {
    this.stop();
    this.newest = new AbortController();
    return this.events.activity.during(this.readAs(files, name, this.newest.signal));
  }

  stop(): void {
    this.newest.abort();
  }

  private async readAs(files: readonly File[], name: string, signal: AbortSignal): Promise<void> {
    const { shown, merged, open, refuse } = this.events;
    try {
      const read = await readFiles(files, signal);
      const data = (await merged())(read);
      if (signal.aborted) return;
      const [tokens] = Object.values(data.labels);
      const before = shown();
      if (data.tensors.length > 0 || !tokens) open(data, name);
      else if (before) open(withTokens(before, tokens), null);
      else
        throw new FormatError(
          `${name}: it holds names of tokens, but no numbers; open it after the file with the numbers`,
        );
    } catch (error) {
      if (!signal.aborted) refuse(messageOf(error).replace(/[^.!?]$/, "$&."), error);
    }
  }
}
