/** Where the bytes of a recording come from: the attribute src, a script element in the figure, or a script of the page's. */

import { type Recording, readRecording } from "../../formats/recording/read-recording";
import { FormatError } from "../../formats/tensor";
import { messageOf } from "../../model/error-message";

/** Bytes that a page reads at most. */
const mostBytes = 2 ** 28;

export interface LoadedRecording {
  readonly recording: Recording;
  /** The file. */
  readonly blob: Blob;
}

/** Rejects with FormatError, or the signal's reason. */
export async function fetchRecording(src: string, signal: AbortSignal): Promise<LoadedRecording> {
  let response: Response;
  try {
    response = await fetch(src, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new FormatError(`${shown(src)} could not be fetched: ${messageOf(error)}`);
  }
  if (!response.ok) throw new FormatError(`${shown(src)}: the server answered ${response.status}`);
  return recordingIn(await response.blob(), shown(src));
}

/** Of a file, or of what a page gives. */
export async function recordingIn(blob: Blob, name: string): Promise<LoadedRecording> {
  if (blob.size > mostBytes)
    throw new FormatError(`${name} has ${blob.size} bytes; a page reads recordings of at most ${mostBytes}`);
  try {
    return { blob, recording: readRecording(new Uint8Array(await blob.arrayBuffer())) };
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(`${name}: ${error.message}`) : error;
  }
}

/** Of the text of a script element: base64. */
export function inlineBytes(text: string): Blob {
  try {
    return new Blob([Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0))]);
  } catch {
    throw new FormatError("what stands in the element is not base64");
  }
}

const shown = (src: string) =>
  src.startsWith("data:") ? "the address" : (src.split(/[?#]/)[0]?.split("/").at(-1) ?? src);
