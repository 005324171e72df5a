/** The tensors, arrays and texts that a pickle holds, alone or in dictionaries, lists and tuples. */
import { messageOf } from "../../model/error-message";
import { FormatError, type NamedTensor, type Parts } from "../tensor";
import { objectsOf, readPickledArray } from "./numpy-array";
import { PickledArray, Tensor } from "./pickled-objects";
import { unpickle } from "./unpickle";

/** Containers in containers. */
const mostDepth = 8;
/** Tensors and lists of text. */
const mostParts = 100_000;
/** Values that containers hold; one that is referred to many times counts each time, as it is looked at each time. */
const mostValues = 64_000_000;

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
  let values = 0;
  let total = 0;
  const look = (more: number) => {
    values += more;
    if (values > mostValues) throw new FormatError(`its pickle refers to more than ${mostValues} values`);
  };
  const take = (bytes: number) => {
    total += bytes;
    if (total > mostTimes * source.size)
      throw new FormatError(`its tensors take more than ${mostTimes} times the ${source.size} bytes that it holds`);
  };
  const counted = <T extends NamedTensor | readonly string[]>(read: () => T): T => {
    // What is too much already is not read.
    take(0);
    const part = read();
    take("data" in part ? part.data.byteLength : 0);
    return part;
  };
  const add = (name: string, read: () => NamedTensor | readonly string[]) => {
    if (++count > mostParts) throw new FormatError(`its pickle holds more than ${mostParts} tensors and lists of text`);
    parts.add(name, read);
  };
  const walk = (inner: unknown, name: string, depth: number) => {
    if (inner instanceof Tensor) return add(name || "tensor", () => counted(() => tensorOf(name || "tensor", inner)));
    if (inner instanceof PickledArray) {
      look(objectsOf(inner));
      return add(name || "array", () => counted(() => readPickledArray(inner, name || "array")));
    }
    if (!Array.isArray(inner) && !(inner instanceof Map)) return;
    if (depth > mostDepth) throw new FormatError(`${name.slice(0, 80)} is nested more than ${mostDepth} deep`);
    look(Array.isArray(inner) ? inner.length : inner.size);
    if (Array.isArray(inner) && inner.length > 0 && inner.every((item) => typeof item === "string"))
      return add(name || "tokens", () => inner);
    for (const [key, item] of inner.entries())
      if (typeof item === "object" && (typeof key === "string" || typeof key === "number"))
        walk(item, name ? `${name}.${key}` : String(key), depth + 1);
  };
  walk(value, source.name ?? "", 0);
}

function withoutNumbers(name: string): never {
  throw new FormatError(`${name} is a tensor of PyTorch’s whose numbers are not in this file; save it with torch.save`);
}
