/** NumPy's arrays of Python objects (dtype object): read where every object is a text, and no code is run. */
import { FormatError } from "../tensor";
import { PickledArray } from "./pickled-objects";
import { unpickle } from "./unpickle";

const advice = "save numbers or text instead (dtype float32, or str)";

export function readObjects(bytes: Uint8Array, name: string, count: number): string[] {
  let value: unknown;
  try {
    value = unpickle(bytes);
  } catch (error) {
    throw new FormatError(
      `${name} holds Python objects (dtype object) that cannot be read: ${error instanceof Error ? error.message : error}; ${advice}`,
    );
  }
  const elements = value instanceof PickledArray && Array.isArray(value.state) ? value.state[4] : value;
  if (!Array.isArray(elements) || !elements.every((element) => typeof element === "string"))
    throw new FormatError(`${name} holds Python objects (dtype object) that are not all text; ${advice}`);
  if (elements.length !== count)
    throw new FormatError(`${name} should hold ${count} texts, but its pickle has ${elements.length}`);
  return elements;
}
