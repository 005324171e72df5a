/**
 * Pickles: containers, numbers, texts, bytes, and what ./pickled-objects makes. Operation codes as in Python's pickletools.
 */
import { made, named, PickledArray, type PickledTensor, PickledType, storageOf, Tensor } from "./pickled-objects";

const mark = Symbol("mark");

/** Each part of what calls are given has a byte of its own, unless it is given more than once. */
const mostTimes = 4;

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
  private copied = 0;

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
  length8 = () => Number(this.view.getBigUint64(this.take(8).byteOffset - this.bytes.byteOffset, true));
  double = () => this.view.getFloat64(this.take(8).byteOffset - this.bytes.byteOffset, false);

  text(length: number): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.take(length));
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

  /** Calls copy a text or a list that they are given, which a pickle may give to any number of them. */
  call(): void {
    const values = this.pop();
    const [first] = Array.isArray(values) ? values : [];
    this.copied += typeof first === "string" || Array.isArray(first) ? first.length : 0;
    if (this.copied > mostTimes * this.bytes.length)
      throw new Error(`its pickle makes more than ${mostTimes} times the ${this.bytes.length} bytes that it has`);
    this.push(made(this.pop(), values));
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
const bytes =
  (length: (pickle: Unpickler) => number): Operation =>
  (pickle) =>
    pickle.push(pickle.take(length(pickle)));
const call: Operation = (pickle) => pickle.call();

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
  // BINUNICODE, SHORT_BINUNICODE, BINSTRING, SHORT_BINSTRING, BINUNICODE8
  88: text((pickle) => pickle.length()),
  140: text((pickle) => pickle.byte()),
  84: text((pickle) => pickle.length()),
  85: text((pickle) => pickle.byte()),
  141: text((pickle) => pickle.length8()),
  // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
  66: bytes((pickle) => pickle.length()),
  67: bytes((pickle) => pickle.byte()),
  142: bytes((pickle) => pickle.length8()),
  150: bytes((pickle) => pickle.length8()),
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
  // BUILD: the state of an array or of its type; attributes of a dictionary, which are of no use here.
  98: (pickle) => {
    const state = pickle.pop();
    const object = pickle.top();
    if (object instanceof PickledArray) object.state = state;
    if (object instanceof PickledType && Array.isArray(state) && typeof state[1] === "string") object.order = state[1];
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
