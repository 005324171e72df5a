/** Writing a file of the origin-private file system, which is there when all of it is. @module */

/** A file on its way. A piece that was given to `write` may be changed once the promise is fulfilled. */
export interface FileWriter {
  write(piece: Uint8Array): Promise<void>;
  /** The file is there from now on. */
  close(): Promise<void>;
  /** It will not be. */
  abort(): Promise<void>;
}

/** What TypeScript's types of pages leave out: workers have it. */
interface MovableFile extends FileSystemFileHandle {
  createSyncAccessHandle?: () => Promise<{
    write(bytes: Uint8Array, at: { at: number }): number;
    truncate(size: number): void;
    flush(): void;
    close(): void;
  }>;
  move?: (name: string) => Promise<void>;
}

/** In workers straight into a file that gets its name at the end, which is several times as fast; on the page's thread by a stream. */
export async function writeFile(folder: FileSystemDirectoryHandle, name: string): Promise<FileWriter> {
  const part = `${name}.part`;
  const file: MovableFile = await folder.getFileHandle(part, { create: true });
  if (file.createSyncAccessHandle && file.move) {
    const access = await file.createSyncAccessHandle();
    access.truncate(0);
    let at = 0;
    return {
      async write(piece) {
        for (let done = 0; done < piece.length; ) {
          const written = access.write(piece.subarray(done), { at });
          // Safari says so in place of an error.
          if (written === 0) throw new DOMException(`no more of ${name} could be written`, "QuotaExceededError");
          done += written;
          at += written;
        }
      },
      async close() {
        access.flush();
        access.close();
        await file.move?.(name);
      },
      async abort() {
        access.close();
        await folder.removeEntry(part);
      },
    };
  }
  await folder.removeEntry(part);
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  return {
    // It keeps what it is given until it is written.
    write: (piece) => writable.write(piece.slice()),
    close: () => writable.close(),
    abort: () => writable.abort(),
  };
}
