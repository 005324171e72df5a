// The little of ONNX's protocol buffers (onnx.proto3) that a graph of a few nodes needs, as bytes.

const number = (value) => {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
};
export const field = {
  int: (id, value) => [...number(id << 3), ...number(value)],
  float: (id, value) => [...number((id << 3) | 5), ...new Uint8Array(Float32Array.of(value).buffer)],
  bytes: (id, bytes) => [...number((id << 3) | 2), ...number(bytes.length), ...bytes],
  text: (id, text) => field.bytes(id, new TextEncoder().encode(text)),
};

/** A node; attributes are whole numbers. */
export const node = (type, inputs, outputs, { domain = "", ...attributes } = {}) => [
  ...inputs.flatMap((name) => field.text(1, name)),
  ...outputs.flatMap((name) => field.text(2, name)),
  ...field.text(4, type),
  ...Object.entries(attributes).flatMap(([name, value]) =>
    field.bytes(5, [...field.text(1, name), ...field.int(3, value), ...field.int(20, 2)]),
  ),
  ...(domain ? field.text(7, domain) : []),
];

const types = { float32: 1, int32: 6 };

/** A graph's input or output. */
export const value = (name, shape, type = "float32") => [
  ...field.text(1, name),
  ...field.bytes(
    2,
    field.bytes(1, [
      ...field.int(1, types[type]),
      ...field.bytes(
        2,
        shape.flatMap((size) => field.bytes(1, field.int(1, size))),
      ),
    ]),
  ),
];

/** A constant float. */
export const scalar = (name, value) => [
  ...field.int(2, types.float32),
  ...field.text(8, name),
  ...field.bytes(9, new Uint8Array(Float32Array.of(value).buffer)),
];

const operatorSet = (domain, version) =>
  field.bytes(8, [...(domain ? field.text(1, domain) : []), ...field.int(2, version)]);

/** The model as bytes. */
export const model = ({ nodes, inputs, outputs, constants = [] }) =>
  Uint8Array.from([
    ...field.int(1, 10),
    ...operatorSet("", 23),
    ...operatorSet("com.microsoft", 1),
    ...field.bytes(7, [
      ...nodes.flatMap((bytes) => field.bytes(1, bytes)),
      ...field.text(2, "attention"),
      ...constants.flatMap((bytes) => field.bytes(5, bytes)),
      ...inputs.flatMap((bytes) => field.bytes(11, bytes)),
      ...outputs.flatMap((bytes) => field.bytes(12, bytes)),
    ]),
  ]);
