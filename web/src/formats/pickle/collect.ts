/** The tensors, arrays and texts that a pickle holds, alone or in dictionaries, lists and tuples. */
import { messageOf } from "../../model/error-message";
import { FormatError, type NamedTensor, type Parts } from "../tensor";
import { readPickledArray } from "./numpy-array";
import { PickledArray, Tensor } from "./pickled-objects";
import { unpickle } from "./unpickle";

/** Containers in containers. */
const mostDepth = 8;
const mostTensors = 100_000;

/** What a pickle holds. Throws FormatError with what is wrong. */
export function unpickled(bytes: Uint8Array): unknown {
  try {
    return unpickle(bytes);
  } catch (error) {
    throw new FormatError(messageOf(error));
  }
}

/** Tensors may be parts of one storage, and more than one of them may be the same part. */
const mostTimes = 4;

export interface Source {
  /** Not given: the numbers of tensors are nowhere in the file. */
  readonly tensor?: (name: string, tensor: Tensor) => NamedTensor;
  /** Bytes of all numbers that the file holds. */
  readonly size: number;
  /** What all of it is called; "" where the containers say so. */
  readonly name?: string;
}

/** Adds what `value` holds to `parts`. Names of what is nested are those of the containers, with dots between them: "attentions.0.3". */
export function collect(value: unknown, parts: Parts, source: Source): void {
  const tensorOf = source.tensor ?? withoutNumbers;
  let count = 0;
  let total = 0;
  const counted = (read: NamedTensor | readonly string[]) => {
    total += "data" in read ? read.data.byteLength : 0;
    if (total > mostTimes * source.size)
      throw new FormatError(`its tensors take more than ${mostTimes} times the ${source.size} bytes that it holds`);
    return read;
  };
  const add = (name: string, read: () => NamedTensor | readonly string[]) => {
    if (++count > mostTensors) throw new FormatError(`its pickle holds more than ${mostTensors} tensors`);
    parts.add(name, read);
  };
  const walk = (inner: unknown, name: string, depth: number) => {
    if (inner instanceof Tensor) return add(name || "tensor", () => counted(tensorOf(name || "tensor", inner)));
    if (inner instanceof PickledArray)
      return add(name || "array", () => counted(readPickledArray(inner, name || "array")));
    if (depth > mostDepth) throw new FormatError(`${name.slice(0, 80)} is nested more than ${mostDepth} deep`);
    const nameOf = (key: unknown) => (name ? `${name}.${key}` : String(key));
    if (Array.isArray(inner)) {
      if (inner.length > 0 && inner.every((item) => typeof item === "string")) parts.add(name || "tokens", () => inner);
      else for (const [i, item] of inner.entries()) walk(item, nameOf(i), depth + 1);
    } else if (inner instanceof Map)
      for (const [key, item] of inner)
        if (typeof key === "string" || typeof key === "number") walk(item, nameOf(key), depth + 1);
  };
  walk(value, source.name ?? "", 0);
}

function withoutNumbers(name: string): never {
  throw new FormatError(`${name} is a tensor of PyTorch’s whose numbers are not in this file; save it with torch.save`);
}
