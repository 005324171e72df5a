/** Opens a model of this page's own trainer. */
import { messageOf } from "../../model/error-message";
import { type Model, type OpenOptions, openModel } from "../../models/models";
import { type TextReader, wordReader } from "./text-reader";
import { isTrained, trainedCheckpoint } from "./trained-checkpoint";

/** What the page's trainer writes has no configuration beside it; more than this it does not write. */
const largest = 100_000_000;

type Options = Pick<OpenOptions, "signal" | "onProgress">;
type Opened = Promise<{ model: Model; reader: TextReader }>;

export const openOwnModel = async (url: string, options: Options): Opened =>
  openTrained(await fetched(url, options.signal), options);

/** The same file given by a reader, alone; undefined where the files are something else. */
export async function openGivenModel(files: readonly File[], options: Options): Promise<Awaited<Opened> | undefined> {
  const [file, ...others] = files;
  if (!file?.name.endsWith(".safetensors") || others.length > 0 || file.size > largest) return undefined;
  const bytes = await file.arrayBuffer();
  return isTrained(bytes) ? openTrained(bytes, options) : undefined;
}

async function openTrained(file: ArrayBuffer, options: Options): Opened {
  const { files, words } = trainedCheckpoint(file);
  const model = await openModel({ files }, options);
  return { model, reader: wordReader(words) };
}

async function fetched(url: string, signal: AbortSignal | undefined): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(`the model could not be fetched: ${messageOf(error)}`);
  }
  if (!response.ok) throw new Error(`the model could not be fetched: the server answered ${response.status}`);
  return response.arrayBuffer();
}
