/**
 * Pickles of PyTorch and NumPy: containers, numbers, texts, tensors and arrays of objects. Nothing is run: of what a pickle may call
 * only what makes tensors and arrays is known, and that is made here. Operation codes as in Python's pickletools.
 */

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
class Named {
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
  state: unknown;
}

const mark = Symbol("mark");
const mostDimensions = 16;

/** What a pickle holds: a value of texts, numbers, lists, Maps and tensors. */
export function unpickle(bytes: Uint8Array): unknown {
  return new Unpickler(bytes).run();
}

/** The tensors of a checkpoint by name; those of what others put around it ("state_dict") too. */
export function tensorsOf(value: unknown): Map<string, PickledTensor> {
  let dictionary = value;
  for (const key of ["state_dict", "model_state_dict", "model"]) {
    const inner = dictionary instanceof Map ? dictionary.get(key) : undefined;
    if (inner instanceof Map) dictionary = inner;
  }
  if (!(dictionary instanceof Map)) throw new Error("its pickle holds no dictionary of tensors");
  const tensors = new Map<string, PickledTensor>();
  for (const [name, tensor] of dictionary)
    if (typeof name === "string" && tensor instanceof Tensor) tensors.set(name, tensor);
  if (tensors.size === 0) throw new Error("its pickle holds no tensors");
  return tensors;
}

class Unpickler {
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (;;) {
      const code = this.byte();
      if (code === 0x2e) return this.pop();
      const operation = operations[code];
      if (!operation) throw new Error(`its pickle has the operation 0x${code.toString(16)}, which no checkpoint needs`);
      operation(this);
    }
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new Error("its pickle takes a value where there is none");
    return this.stack.pop();
  }

  top(): unknown {
    if (this.stack.length === 0) throw new Error("its pickle takes a value where there is none");
    return this.stack.at(-1);
  }

  popToMark(): unknown[] {
    const start = this.stack.lastIndexOf(mark);
    if (start < 0) throw new Error("its pickle ends a list that it did not begin");
    return this.stack.splice(start).slice(1);
  }

  take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) throw new Error(`its pickle ends within an operation, at byte ${this.at}`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte = () => this.take(1)[0] ?? 0;
  short = () => this.view.getUint16(this.take(2).byteOffset - this.bytes.byteOffset, true);
  integer = () => this.view.getInt32(this.take(4).byteOffset - this.bytes.byteOffset, true);
  length = () => this.view.getUint32(this.take(4).byteOffset - this.bytes.byteOffset, true);
  double = () => this.view.getFloat64(this.take(8).byteOffset - this.bytes.byteOffset, false);

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new Error(`its pickle ends within a line, at byte ${this.at}`);
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  /** A whole number of `length` bytes. */
  long(length: number): number {
    const bytes = this.take(length);
    if (length > 8) throw new Error(`its pickle has a number of ${length} bytes`);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
    return Number(BigInt.asIntN(8 * length, value));
  }

  remember(key: number): void {
    this.memo.set(key, this.top());
  }

  rememberNext(): void {
    this.remember(this.memo.size);
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw new Error(`its pickle recalls the value ${key}, which there is not`);
    this.push(this.memo.get(key));
  }
}

type Operation = (pickle: Unpickler) => void;

const constant =
  (make: () => unknown): Operation =>
  (pickle) =>
    pickle.push(make());
const tuple =
  (count: number): Operation =>
  (pickle) => {
    const values = Array.from({ length: count }, () => pickle.pop()).reverse();
    pickle.push(values);
  };
const text =
  (length: (pickle: Unpickler) => number): Operation =>
  (pickle) =>
    pickle.push(pickle.text(length(pickle)));
const call: Operation = (pickle) => {
  const values = pickle.pop();
  pickle.push(made(pickle.pop(), values));
};

const operations: Readonly<Record<number, Operation>> = {
  // PROTO, FRAME
  128: (pickle) => pickle.byte(),
  149: (pickle) => pickle.take(8),
  // MARK, POP, POP_MARK, DUP
  40: constant(() => mark),
  48: (pickle) => pickle.pop(),
  49: (pickle) => pickle.popToMark(),
  50: (pickle) => pickle.push(pickle.top()),
  // NONE, NEWTRUE, NEWFALSE, BININT, BININT1, BININT2, LONG1, BINFLOAT
  78: constant(() => null),
  136: constant(() => true),
  137: constant(() => false),
  74: (pickle) => pickle.push(pickle.integer()),
  75: (pickle) => pickle.push(pickle.byte()),
  77: (pickle) => pickle.push(pickle.short()),
  138: (pickle) => pickle.push(pickle.long(pickle.byte())),
  71: (pickle) => pickle.push(pickle.double()),
  // BINUNICODE, SHORT_BINUNICODE, BINSTRING, SHORT_BINSTRING, BINBYTES, SHORT_BINBYTES, BINUNICODE8
  88: text((pickle) => pickle.length()),
  140: text((pickle) => pickle.byte()),
  84: text((pickle) => pickle.length()),
  85: text((pickle) => pickle.byte()),
  66: text((pickle) => pickle.length()),
  141: text((pickle) => pickle.long(8)),
  67: text((pickle) => pickle.byte()),
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE, EMPTY_LIST, LIST, EMPTY_DICT, EMPTY_SET
  41: constant(() => []),
  133: tuple(1),
  134: tuple(2),
  135: tuple(3),
  116: (pickle) => pickle.push(pickle.popToMark()),
  93: constant(() => []),
  108: (pickle) => pickle.push(pickle.popToMark()),
  125: constant(() => new Map()),
  143: constant(() => []),
  // APPEND, APPENDS, ADDITEMS
  97: (pickle) => append(pickle, [pickle.pop()]),
  101: (pickle) => append(pickle, pickle.popToMark()),
  144: (pickle) => append(pickle, pickle.popToMark()),
  // SETITEM, SETITEMS
  115: (pickle) => {
    const value = pickle.pop();
    setItems(pickle, [pickle.pop(), value]);
  },
  117: (pickle) => setItems(pickle, pickle.popToMark()),
  // BUILD: the state of an array; attributes of a dictionary, which are of no use here.
  98: (pickle) => {
    const state = pickle.pop();
    const object = pickle.top();
    if (object instanceof PickledArray) object.state = state;
  },
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  113: (pickle) => pickle.remember(pickle.byte()),
  114: (pickle) => pickle.remember(pickle.length()),
  148: (pickle) => pickle.rememberNext(),
  104: (pickle) => pickle.recall(pickle.byte()),
  106: (pickle) => pickle.recall(pickle.length()),
  // GLOBAL, STACK_GLOBAL, REDUCE, NEWOBJ, BINPERSID
  99: (pickle) => {
    const module = pickle.line();
    pickle.push(named(`${module}.${pickle.line()}`));
  },
  147: (pickle) => {
    const name = pickle.pop();
    pickle.push(named(`${pickle.pop()}.${name}`));
  },
  82: call,
  129: call,
  81: (pickle) => pickle.push(storageOf(pickle.pop())),
};

function append(pickle: Unpickler, values: readonly unknown[]): void {
  const list = pickle.top();
  if (!Array.isArray(list)) throw new Error("its pickle appends to what is no list");
  for (const value of values) list.push(value);
}

function setItems(pickle: Unpickler, items: readonly unknown[]): void {
  const dictionary = pickle.top();
  if (!(dictionary instanceof Map) || items.length % 2 !== 0)
    throw new Error("its pickle sets items of what is no dictionary");
  for (let i = 0; i < items.length; i += 2) dictionary.set(items[i], items[i + 1]);
}

/** Storages of numbers that there are, and what makes tensors of them. */
const known =
  /^(torch\.(Float|Half|BFloat16|Double|Long|Int|Short|Char|Byte|Bool)Storage|collections\.OrderedDict|torch\._utils\._rebuild_(tensor_v2|parameter)|torch\.Size|numpy\.(_core|core)\.multiarray\._reconstruct|numpy\.(ndarray|dtype))$/;

function named(name: string): Named {
  if (!known.test(name))
    throw new Error(`its pickle would run ${name.slice(0, 100)}, which no checkpoint needs: nothing of it is run`);
  return new Named(name);
}

function storageOf(id: unknown): Storage {
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
function made(callee: unknown, values: unknown): unknown {
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
  if (name === "numpy.dtype") return values[0];
  if (name.endsWith(".multiarray._reconstruct")) return new PickledArray();
  if (name !== "torch._utils._rebuild_tensor_v2") throw new Error(`its pickle calls ${name}`);
  const [storage, offset, shape, strides] = values;
  if (!(storage instanceof Storage) || !isCount(offset) || !areCounts(shape) || !areCounts(strides))
    throw new Error("its pickle makes a tensor of what is none");
  return new Tensor(storage.type, storage.key, storage.length, offset, shape, strides);
}
