/** Opens a model of this page's own trainer. */
import { type Model, type OpenOptions, openModel } from "../../models/models";
import { storiesCheckpoint } from "./stories-checkpoint";
import { type TextReader, wordReader } from "./text-reader";

export async function openOwnModel(
  url: string,
  options: Pick<OpenOptions, "signal" | "onProgress">,
): Promise<{ model: Model; reader: TextReader }> {
  const { files, words } = storiesCheckpoint(await fetched(url, options.signal));
  const model = await openModel({ files }, options);
  return { model, reader: wordReader(words, model.info.context) };
}

async function fetched(url: string, signal: AbortSignal | undefined): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(`the model could not be fetched: ${error instanceof Error ? error.message : error}`);
  }
  if (!response.ok) throw new Error(`the model could not be fetched: the server answered ${response.status}`);
  return response.arrayBuffer();
}
