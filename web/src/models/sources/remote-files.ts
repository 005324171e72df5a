import { Connection } from "./connection";
import { download, downloadWhole } from "./download";
import { fileOfBytes, type ModelFile } from "./model-file";
import { type Address, request } from "./request";
import { SourceError } from "./source-error";

/** The largest known, a tokenizer.json, has 33 MB. */
export const mostText = 200_000_000;

/** A file on a server whose size is known. */
export const remoteFile = (address: Address, size: number, signal?: AbortSignal): ModelFile => ({
  name: address.name,
  size,
  pieces: (start = 0, end = size) => download(address, { start, end, size }, signal),
});

/** A small file that is there, or undefined. */
export async function optionalFile(address: Address, signal?: AbortSignal): Promise<ModelFile | undefined> {
  try {
    return fileOfBytes(address.name, await downloadWhole(address, mostText, signal));
  } catch (error) {
    if (error instanceof SourceError && error.fault === "missing") return undefined;
    throw error;
  }
}

/** How many bytes a file has, as far as the server says. */
async function sizeTold(address: Address, signal?: AbortSignal): Promise<number | undefined> {
  const connection = new Connection(address, signal);
  try {
    const { headers } = await connection.unlessSilent(request(address, { method: "HEAD", signal: connection.signal }));
    const told = Number(headers.get("content-length") ?? Number.NaN);
    // What is compressed on its way has another length there.
    return Number.isSafeInteger(told) && told > 0 && !headers.get("content-encoding") ? told : undefined;
  } finally {
    connection.close();
  }
}

/** How many bytes a file has, where it is there and the server says so. */
export async function sizeIfThere(address: Address, signal?: AbortSignal): Promise<number | undefined> {
  try {
    return await sizeTold(address, signal);
  } catch (error) {
    if (error instanceof SourceError && error.fault === "missing") return undefined;
    throw error;
  }
}

/** How many bytes a safetensors file has: as the server says, or else as the file's header does. */
export async function sizeOfSafetensors(address: Address, signal?: AbortSignal): Promise<number> {
  const told = await sizeTold(address, signal);
  if (told !== undefined) return told;
  const first = await firstBytes(address, 8, signal);
  const length = Number(new DataView(first.buffer).getBigUint64(0, true));
  if (!(length > 0 && length <= 100_000_000))
    throw new SourceError(
      `${address.name} is no safetensors file: its header is said to have ${length} bytes`,
      "format",
    );
  const header = await firstBytes(address, 8 + length, signal);
  const entries: unknown[] = Object.values(JSON.parse(new TextDecoder().decode(header.subarray(8))));
  const ends = entries.map((entry) => Number((entry as { data_offsets?: unknown[] } | null)?.data_offsets?.[1] ?? 0));
  return 8 + length + ends.reduce((most, end) => Math.max(most, end), 0);
}

async function firstBytes(address: Address, count: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  let at = 0;
  for await (const piece of download(address, { start: 0, end: count }, signal)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
