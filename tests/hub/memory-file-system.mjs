/** What of the origin-private file system is used, in memory: a file becomes visible as its writing is closed, as there. */
export class MemoryFolder {
  kind = "directory";
  entries = new Map();

  /** @param {{ bytes: number }} room - What may still be written. */
  constructor(room) {
    this.room = room;
  }

  async getDirectoryHandle(name, options) {
    return this.#entry(name, MemoryFolder, options);
  }

  async getFileHandle(name, options) {
    return this.#entry(name, MemoryFile, options);
  }

  async removeEntry(name) {
    if (!this.entries.delete(name)) throw notFound(name);
  }

  async *keys() {
    yield* [...this.entries.keys()];
  }

  async *values() {
    yield* [...this.entries.values()];
  }

  #entry(name, type, { create = false } = {}) {
    const entry = this.entries.get(name) ?? (create ? new type(this.room) : undefined);
    if (!(entry instanceof type)) throw notFound(name);
    this.entries.set(name, entry);
    return entry;
  }
}

class MemoryFile {
  kind = "file";
  #blob = new Blob();

  constructor(room) {
    this.room = room;
  }

  async getFile() {
    return this.#blob;
  }

  async createWritable() {
    const parts = [];
    return {
      write: async (part) => {
        this.room.bytes -= part.length;
        if (this.room.bytes < 0) throw new DOMException("full", "QuotaExceededError");
        parts.push(part);
      },
      close: async () => {
        this.#blob = new Blob(parts);
      },
      abort: async () => undefined,
    };
  }
}

const notFound = (name) => new DOMException(`${name} is not there`, "NotFoundError");
