import { Connection } from "./connection";
import { type Address, request } from "./request";
import { SourceError } from "./source-error";
import { readIntoBuffer } from "./stream-reader";

/** How often reading goes on after a break that brought nothing new; each time it waits twice as long. */
const mostBreaks = 5;
/** A server that never answered is not asked that often. */
const mostFirstBreaks = 2;
const firstWait = 200;

/** Which bytes of a file. */
export interface ByteRange {
  start: number;
  end: number;
  /** Of the file, where that is known: for all of it no range is asked, which some hosts allow other origins' pages less readily. */
  size?: number;
}

/**
 * Those bytes of a file, piece by piece; each lasts until the next is asked for. A connection that breaks goes on where it was; a server that does not know ranges sends
 * everything again, of which only what is new is passed on.
 */
export async function* download(
  address: Address,
  { start, end, size }: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  let at = start;
  let breaks = 0;
  const version: Version = {};
  while (at < end) {
    const before = at;
    try {
      for await (const piece of attempt(
        address,
        { start: at, end, ...(size !== undefined && { size }) },
        version,
        signal,
      )) {
        at += piece.length;
        yield piece;
      }
      if (at < end) throw new SourceError(`${address.name} ended after ${at} of ${end} bytes`, "network");
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error)) throw error;
      breaks = at > before ? 1 : breaks + 1;
      if (breaks > (at === start ? mostFirstBreaks : mostBreaks)) throw broken(address, at - start, error);
      await wait(firstWait * 2 ** (breaks - 1), signal);
    }
  }
}

/** The whole of a small file, of at most `most` bytes. */
export async function downloadWhole(
  address: Address,
  most: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let breaks = 1; ; breaks++)
    try {
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      let size = 0;
      for await (const piece of connect(address, {}, signal)) {
        size += piece.length;
        if (size > most) throw new SourceError(`${address.name} has more than ${most} bytes`, "format");
        pieces.push(piece.slice());
      }
      return new Uint8Array(await new Blob(pieces).arrayBuffer());
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || breaks > mostFirstBreaks) throw broken(address, 0, error);
      await wait(firstWait * 2 ** (breaks - 1), signal);
    }
}

/** What tells one version of a file from another: its ETag, once an answer gave one. */
interface Version {
  tag?: string | null;
}

async function* attempt(address: Address, { start, end, size }: ByteRange, version: Version, signal?: AbortSignal) {
  const headers = start === 0 && end === size ? {} : { Range: `bytes=${start}-${end - 1}` };
  let skipped = 0;
  let left = end - start;
  const check = (response: Response) => {
    const tag = response.headers.get("etag");
    if (version.tag !== undefined && tag !== version.tag)
      throw new SourceError(`${address.name} became another file while it was read; open the model again`, "changed");
    version.tag = tag;
    skipped = response.status === 206 ? 0 : start;
  };
  for await (const piece of connect(address, headers, signal, check)) {
    const fresh = piece.subarray(Math.min(skipped, piece.length));
    skipped -= piece.length - fresh.length;
    const wanted = fresh.subarray(0, left);
    left -= wanted.length;
    if (wanted.length > 0) yield wanted;
    if (left === 0) return;
  }
}

/** The body of one answer, piece by piece; its connection ends with the reading, whichever way that ends. */
async function* connect(
  address: Address,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  check?: (response: Response) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const connection = new Connection(address, signal);
  try {
    const response = await connection.unlessSilent(request(address, { headers, signal: connection.signal }));
    check?.(response);
    if (!response.body) return;
    const read = readIntoBuffer(response.body)?.read ?? readPieces(response.body);
    for (;;) {
      const piece = await connection.unlessSilent(read());
      if (!piece) return;
      yield piece;
    }
  } finally {
    connection.close();
  }
}

/** The stream's own pieces. Not all browsers iterate over streams. */
function readPieces(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = stream.getReader();
  return async () => (await reader.read()).value;
}

/** A body that breaks throws what is no SourceError. */
const isPassing = (error: unknown) =>
  !(error instanceof SourceError) || error.fault === "network" || error.fault === "server";

function broken({ name, url }: Address, after: number, cause: unknown): unknown {
  if (cause instanceof SourceError && after === 0) return cause;
  return new SourceError(`${name} broke off after ${after} bytes, and ${url.host} was not reached again`, "network", {
    cause,
  });
}

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
