/** Q, K and V in one array, as flash attention and fused layers keep them: an axis of three (of two: K and V) tells them apart. */
import { floatsOf } from "./element-types";
import { rowMajor } from "./strided";
import { type DataFile, FormatError, inWords, type NamedTensor } from "./tensor";

const packed = /(^|[._/])(qkv|kv)(_packed|_states|_proj)?(?=[._]?\d*$)/i;

/** The file with the parts under names of their own: qkv.q, qkv.k, qkv.v. */
export function unpackProjections(file: DataFile): DataFile {
  if (!file.tensors.some(isPacked)) return file;
  return { ...file, tensors: file.tensors.flatMap((tensor) => (isPacked(tensor) ? partsOf(tensor) : [tensor])) };
}

const isPacked = ({ name, shape }: NamedTensor) => packed.test(name) && shape.length > 1;

function partsOf(tensor: NamedTensor): NamedTensor[] {
  const { name, shape, dtype } = tensor;
  const letters = /qkv/i.test(name) ? ["q", "k", "v"] : ["k", "v"];
  const places = shape.slice(0, -1).flatMap((length, axis) => (length === letters.length ? [axis] : []));
  // Beside heads and components it stands where flash attention has it; else first, or after the batch.
  const axis = places.find((place) => place === shape.length - 3) ?? places[0];
  if (axis === undefined)
    throw new FormatError(
      `${name} ${inWords(shape)} holds ${letters.join(", ").toUpperCase()} in one, and no axis of ${letters.length} tells them apart: save each on its own`,
    );
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, length) => product * length, 1));
  // (…, position, 3, head, component) becomes (…, head, position, component).
  const order = shape.flatMap((_, i) => (i === axis ? [] : [i]));
  const at = order.length - 2;
  if (axis === shape.length - 3 && at > 0) order.splice(at - 1, 2, order[at] as number, order[at - 1] as number);
  const own = order.map((i) => shape[i] as number);
  const steps = order.map((i) => strides[i] as number);
  const numbers = floatsOf(tensor);
  return letters.map((letter, i) => ({
    name: `${name}.${letter}`,
    shape: own,
    dtype,
    data: rowMajor(numbers, own, steps, i * (strides[axis] as number)),
  }));
}
