/** IEEE 754 binary16, or bfloat16. */
export type Half = "f16" | "bf16";

/** What every reader of a file returns: tensors by name, lists of text, which may be tokens, and what could not be read. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, whatever the order in the file: float32, or very many numbers of 16 bits as the file has them. */
  readonly data: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  /** What the bits of a Uint16Array mean. */
  readonly half?: Half;
  /** As the file calls the type that it was converted from. */
  readonly dtype: string;
}

/** A part of a file that is not read. */
export interface Unread {
  readonly name: string;
  /** The reason, as a clause: "is of type F4; …". */
  readonly why: string;
}

export interface DataFile {
  readonly tensors: readonly NamedTensor[];
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly unread?: readonly Unread[];
  /** What was guessed as it was read, clauses for the reader. */
  readonly notes?: readonly string[];
}

/** Why a file could not be read, in a clause that begins with what is wrong: the tensor, the line, the number. */
export class FormatError extends Error {
  override name = "FormatError";
}

export const inWords = (shape: readonly number[]) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

/** How many elements a shape has. Throws where that is not a number that can be counted with. */
export function elementCount(name: string, shape: readonly number[]): number {
  const odd = shape.find((length) => !Number.isSafeInteger(length) || length < 0);
  if (odd !== undefined) throw new FormatError(`${name} has a shape ${inWords(shape)}, and ${odd} is no length`);
  const count = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  if (count > Number.MAX_SAFE_INTEGER)
    throw new FormatError(`${name} has a shape ${inWords(shape)}, more elements than can be counted`);
  return count;
}

/** Checks that `available` bytes hold exactly a tensor of this shape; returns how many elements it has. */
export function checkExtent(name: string, shape: readonly number[], type: string, size: number, available: number) {
  const count = elementCount(name, shape);
  if (count * size !== available)
    throw new FormatError(
      `${name} of shape ${inWords(shape)} and type ${type} takes ${count * size} bytes, but the file has ${available} for it`,
    );
  return count;
}

/** A tensor, texts, or a file within the file. */
export type Part = NamedTensor | readonly string[] | DataFile;

/**
 * Reads the parts of a file one by one. A part that cannot be read is listed with the reason; where none can be, the first
 * reason is the file's.
 */
export class Parts {
  readonly tensors: NamedTensor[] = [];
  readonly labels: Record<string, readonly string[]> = {};
  readonly unread: Unread[] = [];
  private first: FormatError | undefined;

  /** A part whose reader may have to be loaded first. */
  async addLater(name: string, read: () => Promise<Part>): Promise<void> {
    const outcome = await read().then(
      (part) => () => part,
      (error: unknown) => () => {
        throw error;
      },
    );
    this.add(name, outcome);
  }

  add(name: string, read: () => Part): void {
    try {
      const part = read();
      if ("data" in part) this.tensors.push(part);
      else if ("tensors" in part) {
        this.tensors.push(...part.tensors);
        Object.assign(this.labels, part.labels);
        this.unread.push(...(part.unread ?? []));
      } else this.labels[name] = part;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.first ??= error;
      this.unread.push({ name, why: error.message });
    }
  }

  file(): DataFile {
    const { tensors, labels, unread, first } = this;
    if (first && tensors.length === 0) throw first;
    return { tensors, labels, ...(unread.length > 0 ? { unread } : {}) };
  }
}
