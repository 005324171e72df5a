import { type Heed, LoadError, loadHeed } from "./heed";
import { type NotebookPart, notebookMaps } from "./notebook-maps";
import type { ErrorKind, Request, Response } from "./protocol";

let loading: Promise<Heed> | undefined;

/** The id of the newest request of each channel; work for an older one stops at its next step. */
const newest = new Map<string, number>();

// No `origin` to check: only the page that made a dedicated worker can post to it.
self.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.type === "cancel") newest.delete(data.channel);
  else void answer(data);
});

async function answer({ id, channel, options }: Extract<Request, { type: "notebook" }>) {
  newest.set(channel, id);
  const isWanted = () => newest.get(channel) === id;
  try {
    loading ??= loadHeed();
    const heed = await loading;
    await turn();
    if (!isWanted()) return;
    for (const part of notebookMaps(heed, options)) {
      send({ type: "part", id, part }, buffersOf(part));
      await turn();
      if (!isWanted()) return;
    }
    send({ type: "done", id });
  } catch (error) {
    if (error instanceof LoadError) loading = undefined; // the next request tries again
    if (isWanted()) send({ type: "error", id, kind: kindOf(error), message: messageOf(error) });
  }
}

function kindOf(error: unknown): ErrorKind {
  if (error instanceof LoadError) return "load";
  return error instanceof RangeError ? "memory" : "input";
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function buffersOf({ map }: NotebookPart): Transferable[] {
  return [map.weights, map.entropy, map.normalisedEntropy, map.visibleKeys].map((array) => array.buffer);
}

function send(response: Response, transfer: Transferable[] = []) {
  self.postMessage(response, { transfer });
}

const { port1: here, port2: there } = new MessageChannel();
const waiting: (() => void)[] = [];
there.onmessage = () => waiting.shift()?.();

/** Lets messages that have arrived be heard; setTimeout would wait 4 ms. */
function turn() {
  return new Promise<void>((resolve) => {
    waiting.push(resolve);
    here.postMessage(undefined);
  });
}
