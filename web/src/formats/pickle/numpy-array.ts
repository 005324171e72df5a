/** An array of NumPy's within a pickle: its state is (version, shape, type, is Fortran, elements), and the elements are bytes or objects. */
import { readElements } from "../numpy-elements";
import { FormatError, type NamedTensor } from "../tensor";
import { type PickledArray, PickledType } from "./pickled-objects";

/** Objects that it is read of; its bytes are counted as those of other tensors. */
export function objectsOf({ state }: PickledArray): number {
  const elements: unknown = Array.isArray(state) ? state[4] : undefined;
  return Array.isArray(elements) ? elements.length : 0;
}

export function readPickledArray({ state }: PickledArray, name: string): NamedTensor | readonly string[] {
  const [, shape, type, isFortran, elements] = Array.isArray(state) ? state : [];
  if (!Array.isArray(shape) || !shape.every((length) => typeof length === "number") || !(type instanceof PickledType))
    throw new FormatError(`${name} is an array of NumPy’s without a shape or a type`);
  if (Array.isArray(elements)) {
    if (elements.every((element) => typeof element === "string")) return elements;
    throw new FormatError(`${name} holds Python objects (dtype object) that are not all text`);
  }
  if (!(elements instanceof Uint8Array)) throw new FormatError(`${name} is an array of NumPy’s without its numbers`);
  const order = type.order === "|" ? "|" : type.order === ">" ? ">" : "<";
  return readElements({
    name,
    descr: `${order}${type.code.replace(/^[<>|=]/, "")}`,
    isFortran: isFortran === true,
    shape,
    // A copy, whose first byte lies where numbers of any size may begin.
    body: new Uint8Array(elements),
  });
}
