/** What pickles of PyTorch and NumPy make: storages, tensors, arrays. Nothing is run: of what a pickle may call only this is known. */

/** A tensor of a checkpoint: which elements of which storage it is. */
export interface PickledTensor {
  /** As in "torch.FloatStorage": "Float". */
  type: string;
  /** The name of the file that holds the elements. */
  storage: string;
  /** How many elements the storage has. */
  storageLength: number;
  /** Of the first element. */
  offset: number;
  shape: number[];
  strides: number[];
}

/** A class or function that a pickle names. */
export class Named {
  constructor(readonly name: string) {}
}

class Storage {
  constructor(
    readonly type: string,
    readonly key: string,
    readonly length: number,
  ) {}
}

export class Tensor implements PickledTensor {
  constructor(
    readonly type: string,
    readonly storage: string,
    readonly storageLength: number,
    readonly offset: number,
    readonly shape: number[],
    readonly strides: number[],
  ) {}
}

/** An array of NumPy's; its state is (version, shape, dtype, is Fortran, elements). */
export class PickledArray {
  constructor(public state?: unknown) {}
}

/** A type of NumPy's: "f4" and, once it is known, the order of its bytes. */
export class PickledType {
  order = "|";

  constructor(readonly code: string) {}
}

const mostDimensions = 16;

/** Storages of numbers that there are, and what makes tensors of them. */
const known =
  /^(torch\.(Float|Half|BFloat16|Double|Long|Int|Short|Char|Byte|Bool)Storage|collections\.OrderedDict|torch\._utils\._rebuild_(tensor_v2|parameter)|torch\.Size|numpy\.(_core|core)\.(multiarray\.(_reconstruct|scalar)|numeric\._frombuffer)|numpy\.(ndarray|dtype)|_codecs\.encode|builtins\.(bytes|bytearray))$/;

export function named(name: string): Named {
  if (!known.test(name))
    throw new Error(`its pickle would run ${name.slice(0, 100)}, which no checkpoint needs: nothing of it is run`);
  return new Named(name);
}

export function storageOf(id: unknown): Storage {
  const [kind, type, key, , length] = Array.isArray(id) ? id : [];
  const typeName = type instanceof Named ? /^torch\.(\w+)Storage$/.exec(type.name)?.[1] : undefined;
  if (kind !== "storage" || !typeName || typeof key !== "string" || !isCount(length))
    throw new Error("its pickle refers to something that is no storage of numbers");
  return new Storage(typeName, key, length);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= mostDimensions && value.every(isCount);

/** What a call gives. */
export function made(callee: unknown, values: unknown): unknown {
  const name = callee instanceof Named ? callee.name : undefined;
  if (!name || !Array.isArray(values)) throw new Error("its pickle calls what cannot be called");
  if (name === "collections.OrderedDict") {
    const [items] = values;
    if (items === undefined) return new Map();
    if (!Array.isArray(items) || !items.every((item) => Array.isArray(item) && item.length === 2))
      throw new Error("its pickle makes a dictionary of what are no pairs");
    return new Map(items as [unknown, unknown][]);
  }
  if (name === "torch._utils._rebuild_parameter") {
    if (values[0] instanceof Tensor) return values[0];
    throw new Error("its pickle makes a parameter of what is no tensor");
  }
  if (name === "torch.Size") return values[0];
  const [first, second, third, fourth] = values;
  if (name === "numpy.dtype" && typeof first === "string") return new PickledType(first);
  if (name.endsWith(".multiarray._reconstruct")) return new PickledArray();
  // Arrays by protocol 5: (bytes, type, shape, order); a number of a type alone.
  if (name.endsWith("._frombuffer")) return new PickledArray([1, third, second, fourth === "F", first]);
  if (name.endsWith(".scalar")) return new PickledArray([1, [], first, false, second]);
  if (name === "_codecs.encode") return bytesOf(first, second);
  if (name.startsWith("builtins.")) return first instanceof Uint8Array ? first : new Uint8Array();
  if (name !== "torch._utils._rebuild_tensor_v2") throw new Error(`its pickle calls ${name}`);
  const [storage, offset, shape, strides] = values;
  if (!(storage instanceof Storage) || !isCount(offset) || !areCounts(shape) || !areCounts(strides))
    throw new Error("its pickle makes a tensor of what is none");
  return new Tensor(storage.type, storage.key, storage.length, offset, shape, strides);
}

/** How protocol 2 writes bytes: as a text of which each character is a byte. */
function bytesOf(text: unknown, encoding: unknown): Uint8Array {
  if (typeof text !== "string" || !/^latin-?1$/i.test(String(encoding)))
    throw new Error("its pickle makes bytes of what is no text of bytes");
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
