/** What every reader of a file returns: tensors by name, as float32, and lists of text, which may be tokens. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, whatever the order in the file. */
  readonly data: Float32Array<ArrayBuffer>;
  /** As the file calls the type that it was converted from. */
  readonly dtype: string;
}

export interface DataFile {
  readonly tensors: readonly NamedTensor[];
  readonly labels: Readonly<Record<string, readonly string[]>>;
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
