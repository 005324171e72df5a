/**
 * What the page gives <heed-attention>, the newest of it: a file that its attribute src names, an experiment, data that stand in it, or
 * that a script sets. It is read when it is first asked for, and again where that failed.
 */
import { Superseded } from "../../compute/client";
import { readInWorker } from "../../compute/files/read-in-worker";
import { type DataFile, FormatError } from "../../formats/tensor";

export interface NamedFile {
  readonly name: string;
  readonly data: DataFile;
}

type Read = (signal: AbortSignal) => Promise<NamedFile>;

/** What reads a file, loaded with the first one. */
export const reading = () => import("./file-reading");

export class PageSource {
  /** Which one it is of those that were given. */
  number = 0;
  /** Once it has been read. */
  file: NamedFile | null = null;
  private read: Read | null = null;
  private loading: Promise<NamedFile> | null = null;
  private control = new AbortController();

  get isThere(): boolean {
    return this.read !== null;
  }

  give(read: Read): void {
    this.stop();
    this.read = read;
    this.file = null;
    this.number++;
  }

  /** Ends the reading: it begins anew when it is asked for again. */
  stop(): void {
    this.control.abort(new Superseded("something else was given"));
    this.loading = null;
  }

  /** `signal`: of whoever asks; what was given up before is not read for it. */
  async load(signal?: AbortSignal): Promise<NamedFile> {
    signal?.throwIfAborted();
    if (this.file) return this.file;
    this.loading ??= this.begin();
    return this.loading;
  }

  private async begin(): Promise<NamedFile> {
    this.control = new AbortController();
    const { signal } = this.control;
    try {
      if (!this.read) throw new FormatError("there are no data");
      const file = await this.read(signal);
      signal.throwIfAborted();
      this.file = file;
      return file;
    } catch (error) {
      signal.throwIfAborted();
      this.loading = null;
      throw error;
    }
  }
}

export const blobSource =
  (blob: Blob, name: string): Read =>
  async (signal) => {
    const read = await readInWorker(blob, name, signal);
    const data = (await reading()).merged([[name, read]]);
    if (data.tensors.length === 0) throw new FormatError(`${name}: it holds names of tokens, but no numbers`);
    return { name, data };
  };

export const addressSource =
  (src: string): Read =>
  async (signal) => {
    const response = await fetch(src, { signal });
    if (!response.ok) throw new FormatError(`${src}: the server answered ${response.status}`);
    return blobSource(await response.blob(), src.split("/").at(-1) ?? src)(signal);
  };

export const experimentSource =
  (text: string): Read =>
  async () => {
    const { experimentData, parseExperiment } = await reading();
    const parsed = parseExperiment(text);
    if ("problem" in parsed) throw new FormatError(parsed.problem);
    return { name: `the source experiment, ${parsed.value}`, data: await experimentData(parsed.value) };
  };

/** The value as it is now: a script may go on with its arrays. */
export function valueSource(value: unknown): Read {
  const copied = copyOf(value);
  // Where it cannot be, that is said when it is read.
  copied.catch(() => {});
  return async () => {
    const { fromJson, rawNumbers } = await reading();
    return { name: "data", data: fromJson(await copied, "data", rawNumbers) };
  };
}

const copyOf = async (value: unknown): Promise<unknown> => structuredClone(value);
