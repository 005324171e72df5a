/**
 * A model of tests/fixtures/models, its files written anew from the recipe as tests/cpp/support/model_fixture.cpp does it for C++,
 * and what transformers computes on it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../cpp/toolchain/prepare.mjs";

const fixtures = join(repository, "tests/fixtures/models");
export const fixtureNames = readdirSync(fixtures).sort();

export function modelFixture(name) {
  const folder = join(fixtures, name);
  const recipe = JSON.parse(readFileSync(join(folder, "recipe.json"), "utf8"));
  const files = {};
  for (const file of ["config.json", "generation_config.json", "model.safetensors.index.json"])
    if (existsSync(join(folder, file))) files[file] = readFileSync(join(folder, file));
  for (const [file, how] of Object.entries(recipe.files)) {
    files[file] = writeFile(how);
    if (crc32(files[file]) !== how.crc32) throw new Error(`${name}/${file} is not what its recipe says`);
  }
  const expected = readTensors(readFileSync(join(folder, "expected.safetensors")));
  return { name, files, kind: recipe.kind, float32Error: recipe.float32Error, expected };
}

/** { name: { shape, data } }, of float32, 32-bit and 64-bit integers. */
export function readTensors(file) {
  const length = Number(file.readBigUInt64LE(0));
  const tensors = JSON.parse(file.subarray(8, 8 + length).toString());
  const body = file.subarray(8 + length);
  const read = ({ dtype, shape, data_offsets: [begin, end] }) => {
    const bytes = Uint8Array.from(body.subarray(begin, end)).buffer;
    if (dtype === "I64") return { shape, data: Array.from(new BigInt64Array(bytes), Number) };
    return { shape, data: dtype === "I32" ? new Int32Array(bytes) : new Float32Array(bytes) };
  };
  const { __metadata__: _, ...all } = tensors;
  return Object.fromEntries(Object.entries(all).map(([name, entry]) => [name, read(entry)]));
}

function writeFile({ metadata, tensors }) {
  const header = metadata ? { __metadata__: metadata } : {};
  const parts = [];
  let end = 0;
  for (const [name, [shape, dtype, ...how]] of Object.entries(tensors)) {
    const bytes = draw(shape, dtype, how);
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
    parts.push(bytes);
  }
  return safetensorsFile(header, parts);
}

/** The file of a header and the bytes of its tensors. */
export function safetensorsFile(header, parts) {
  let text = JSON.stringify(header);
  text = text.padEnd(Math.ceil(text.length / 8) * 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, Buffer.from(text), ...parts]);
}

function draw(shape, dtype, [how, scale, shift]) {
  const count = shape.reduce((product, size) => product * size, 1);
  const columns = shape.at(-1);
  if (typeof how === "number") {
    const normal = normals(how);
    return stored(dtype, count, () => normal() * scale + shift);
  }
  if (how === "zeros") return stored(dtype, count, () => 0);
  if (how === "lower triangle")
    return stored(dtype, count, (i) => (i % columns > Math.floor(i / columns) % columns ? 0 : 1));
  return Buffer.from(how, "hex");
}

function stored(dtype, count, make) {
  if (dtype === "F32") return Buffer.from(Float32Array.from({ length: count }, (_, i) => make(i)).buffer);
  const round = dtype === "F16" ? toHalf : toBfloat16;
  return Buffer.from(Uint16Array.from({ length: count }, (_, i) => round(make(i))).buffer);
}

function toBfloat16(number) {
  const bits = new Uint32Array(Float32Array.of(number).buffer)[0];
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Of numbers that are not too large for it; ties to even. */
function toHalf(number) {
  const size = Math.abs(Math.fround(number));
  const exponent = Math.max(-14, size === 0 ? -14 : Math.floor(Math.log2(size)));
  const exact = size * 2 ** (10 - exponent);
  const below = Math.floor(exact);
  const up = exact - below > 0.5 || (exact - below === 0.5 && below % 2 === 1);
  return (number < 0 || Object.is(number, -0) ? 0x8000 : 0) | (((exponent + 14) << 10) + below + (up ? 1 : 0));
}

/** numpy.random.RandomState(seed).randn: MT19937, and Marsaglia's polar method. */
function normals(seed) {
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let next = 624;
  const bits = () => {
    if (next === 624) {
      for (let i = 0; i < 624; i++) {
        const y = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
        state[i] = state[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      next = 0;
    }
    let y = state[next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  const uniform = () => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;
  let spare;
  return () => {
    if (spare !== undefined) {
      const normal = spare;
      spare = undefined;
      return normal;
    }
    let x;
    let y;
    let r;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      r = x * x + y * y;
    } while (r >= 1 || r === 0);
    const factor = Math.sqrt((-2 * Math.log(r)) / r);
    spare = factor * x;
    return factor * y;
  };
}

/** ISO 3309. */
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
