/** More than browsers hand over at once. */
const bytesOfBuffer = 2 ** 22;

/** Reads a stream into one buffer, which the next piece is read into again. */
export interface BufferReader {
  /** The next bytes, which last until the next call; undefined at the end. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Ends reading, wherever it is. */
  cancel(): void;
}

/**
 * A reader of the stream, or undefined where the stream cannot fill a buffer that it is given. Buffers of the stream's own would be
 * freed late, so that most of a large file would be in memory twice, and fresh memory takes as long as copying.
 */
export function readIntoBuffer(stream: ReadableStream<Uint8Array>): BufferReader | undefined {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
  let buffer = new ArrayBuffer(bytesOfBuffer);
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done || !value) return undefined;
      buffer = value.buffer;
      return value;
    },
    cancel: () => void reader.cancel().catch(() => undefined),
  };
}
