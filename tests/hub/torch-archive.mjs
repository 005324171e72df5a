/** Checkpoints as torch.save writes them: a zip archive, nothing in it compressed, of a pickle and of each storage's numbers. */

const latin = (text) => Buffer.from(text, "latin1");
const uint32 = (number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
};
const text = (value) => [latin("X"), uint32(Buffer.byteLength(value)), Buffer.from(value)];
const integer = (value) => [latin("J"), uint32(value)];
const tuple = (values) => [latin("("), ...values, latin("t")].flat(2);
const named = (module, name) => latin(`c${module}\n${name}\n`);

/** The pickle of { name: { type: "Float", shape, bytes } }, an OrderedDict of parameters; storage i is data/i. */
export function pickleOf(tensors) {
  const parts = [latin("\x80\x02"), named("collections", "OrderedDict"), latin(")R"), latin("(")];
  Object.entries(tensors).forEach(([name, { type, shape, bytes }], i) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const strides = shape.map((_, at) => shape.slice(at + 1).reduce((product, size) => product * size, 1));
    const storage = tuple([
      text("storage"),
      named("torch", `${type}Storage`),
      text(String(i)),
      text("cpu"),
      integer(count),
    ]);
    parts.push(
      ...text(name),
      named("torch._utils", "_rebuild_tensor_v2"),
      ...tuple([
        ...storage,
        latin("Q"),
        integer(0),
        tuple(shape.map(integer)),
        tuple(strides.map(integer)),
        latin("\x89"),
        [named("collections", "OrderedDict"), latin(")R")],
      ]),
      latin("R"),
    );
    if (bytes.length % count !== 0) throw new Error(name);
  });
  return Buffer.concat([...parts, latin("u"), latin(".")]);
}

/** A zip archive of stored entries, whose numbers begin at multiples of 64 bytes. */
export function archiveOf(entries) {
  const files = [];
  const directory = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(entries)) {
    const padding = (64 - ((at + 30 + name.length + 4) % 64)) % 64;
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50);
    header.writeUInt32LE(bytes.length, 18);
    header.writeUInt32LE(bytes.length, 22);
    header.writeUInt16LE(name.length, 26);
    header.writeUInt16LE(4 + padding, 28);
    const extra = Buffer.alloc(4 + padding, "Z");
    extra.write("FB");
    extra.writeUInt16LE(padding, 2);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    directory.push(entry, latin(name));
    files.push(header, latin(name), extra, bytes);
    at += 30 + name.length + 4 + padding + bytes.length;
  }
  const end = Buffer.alloc(22);
  const list = Buffer.concat(directory);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...files, list, end]));
}

export function torchArchive(tensors) {
  const storages = Object.values(tensors).map(({ bytes }, i) => [`archive/data/${i}`, bytes]);
  return archiveOf({
    "archive/data.pkl": pickleOf(tensors),
    "archive/byteorder": latin("little"),
    ...Object.fromEntries(storages),
    "archive/version": latin("3\n"),
  });
}

const types = { F32: "Float", F16: "Half", BF16: "BFloat16", I64: "Long" };

/** The tensors of a safetensors file, to be written as PyTorch would. */
export function tensorsOfSafetensors(file) {
  const bytes = Buffer.from(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__: _, ...header } = JSON.parse(bytes.subarray(8, start));
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => [name, { type: types[dtype], shape, bytes: bytes.subarray(start + from, start + to) }],
    ),
  );
}
