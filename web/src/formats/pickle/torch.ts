/** What torch.save wrote: a zip archive of a pickle and of numbers. Tensors, alone or in dictionaries, lists and tuples; lists of text. */
import { type ElementType, elementTypes, toNumbers } from "../element-types";
import { rowMajor } from "../strided";
import { type DataFile, elementCount, FormatError, type NamedTensor, Parts } from "../tensor";
import { unpack, type ZipEntry } from "../zip";
import { collect, unpickled } from "./collect";
import type { Tensor } from "./pickled-objects";

const { f2, bf2, f4, f8, i1, i2, i4, i8, u1, b1 } = elementTypes;
const types: Readonly<Record<string, ElementType>> = {
  Float: f4,
  Half: f2,
  BFloat16: bf2,
  Double: f8,
  Long: i8,
  Int: i4,
  Short: i2,
  Char: i1,
  Byte: u1,
  Bool: b1,
};

const mostPickle = 64_000_000;

/** The contents of an entry, by its name. */
type Storages = (name: string) => Uint8Array<ArrayBuffer> | undefined;

export function readTorch(bytes: Uint8Array<ArrayBuffer>, entries: readonly ZipEntry[]): DataFile {
  const pickle = entries.find(({ name }) => name.endsWith("/data.pkl"));
  if (!pickle) throw new FormatError("it has no data.pkl");
  if (pickle.size > mostPickle)
    throw new FormatError(`its pickle has ${pickle.size} bytes; at most ${mostPickle} are read`);
  const folder = pickle.name.slice(0, -"data.pkl".length);
  const storages = storagesOf(bytes, new Map(entries.map((entry) => [entry.name.slice(folder.length), entry])));
  const order = storages("byteorder");
  if (order && new TextDecoder().decode(order) !== "little")
    throw new FormatError("its numbers are not in little-endian order");
  const parts = new Parts();
  collect(unpickled(unpack(bytes, pickle)), parts, {
    tensor: (name, tensor) => readTensor(storages, name, tensor),
    size: entries.reduce((sum, entry) => sum + (entry === pickle ? 0 : entry.size), 0),
  });
  const file = parts.file();
  if (file.tensors.length === 0) throw new FormatError("its pickle holds no tensors");
  return file;
}

/** Each is unpacked once, however many tensors are parts of it. */
function storagesOf(bytes: Uint8Array<ArrayBuffer>, entries: ReadonlyMap<string, ZipEntry>): Storages {
  const unpacked = new Map<string, Uint8Array<ArrayBuffer>>();
  return (name) => {
    const entry = entries.get(name);
    if (!entry) return undefined;
    const content = unpacked.get(name) ?? unpack(bytes, entry);
    unpacked.set(name, content);
    return content;
  };
}

function readTensor(storages: Storages, name: string, tensor: Tensor): NamedTensor {
  const { type: typeName, storage, shape, strides, offset } = tensor;
  const type = types[typeName];
  if (!type) throw new FormatError(`${name} is of the type ${typeName}, which cannot be read`);
  const content = storages(`data/${storage}`);
  if (!content) throw new FormatError(`${name} is in data/${storage.slice(0, 40)}, which there is not`);
  const count = elementCount(name, shape);
  if (strides.length !== shape.length)
    throw new FormatError(`${name} has ${shape.length} axes, but ${strides.length} strides`);
  const last = shape.reduce((sum, length, i) => sum + Math.max(0, length - 1) * (strides[i] ?? 0), offset);
  if (count > 0 && (last + 1) * type.size > content.byteLength)
    throw new FormatError(
      `${name} reaches to element ${last} of its storage, which has ${Math.floor(content.byteLength / type.size)}`,
    );
  if (isContiguous(shape, strides)) {
    const part = content.subarray(offset * type.size, (offset + count) * type.size);
    return { name, shape, dtype: typeName, ...toNumbers(part, type) };
  }
  // Elements that are repeated by a stride of 0 would take more than the file.
  if (count * type.size > content.byteLength)
    throw new FormatError(`${name} repeats its elements (expand); save it after .contiguous()`);
  // Element by element: they may lie far apart in a storage that many tensors are parts of.
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const data = rowMajor((at) => type.read(view, at * type.size, true), shape, strides, offset);
  return { name, shape, dtype: typeName, data };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i] ?? 1;
  }
  return true;
}
