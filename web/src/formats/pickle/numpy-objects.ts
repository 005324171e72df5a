/** NumPy's arrays of Python objects (dtype object): texts, arrays of different lengths, or a dictionary; no code is run. */
import type { Elements } from "../numpy-elements";
import { type DataFile, elementCount, FormatError, Parts } from "../tensor";
import { collect, unpickled } from "./collect";
import { PickledArray } from "./pickled-objects";

const advice = "save numbers or text instead (dtype float32, or str)";

export function readObjects({ body, name, shape }: Elements): readonly string[] | DataFile {
  const count = elementCount(name, shape);
  const elements = elementsOf(body, name);
  const areTexts = elements.every((element) => typeof element === "string");
  if (elements.length !== count)
    throw new FormatError(
      `${name} should hold ${count} ${areTexts ? "texts" : "objects"}, but its pickle has ${elements.length}`,
    );
  if (count > 0 && areTexts) return elements;
  const parts = new Parts();
  // A dictionary by itself is an array without axes.
  const value = shape.length === 0 ? elements[0] : elements;
  collect(value, parts, { size: body.byteLength, name: shape.length === 0 ? "" : name });
  const file = parts.file();
  if (file.tensors.length > 0) return file;
  throw new FormatError(`${name} holds Python objects (dtype object) that are neither text nor arrays; ${advice}`);
}

function elementsOf(body: Uint8Array, name: string): unknown[] {
  let value: unknown;
  try {
    value = unpickled(body);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(
      `${name} holds Python objects (dtype object) that cannot be read: ${error.message}; ${advice}`,
    );
  }
  const elements = value instanceof PickledArray && Array.isArray(value.state) ? value.state[4] : value;
  if (!Array.isArray(elements)) throw new FormatError(`${name} holds no array of Python objects; ${advice}`);
  return elements;
}
