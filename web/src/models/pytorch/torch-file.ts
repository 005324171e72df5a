import type { PickledTensor } from "../../formats/pickle/pickled-objects";
import { tensorsOf, unpickle } from "../../formats/pickle/unpickle";
import { directoryStart, headerBytes, mostEndBytes, readDirectory, type ZipEntry } from "../../formats/zip";
import { messageOf } from "../../model/error-message";
import { bytesOf, fileOfBytes, type ModelFile } from "../sources/model-file";

/** Types of storages as safetensors calls them, and the bytes of an element. */
const types: Readonly<Record<string, readonly [dtype: string, size: number]>> = {
  Float: ["F32", 4],
  Half: ["F16", 2],
  BFloat16: ["BF16", 2],
  Double: ["F64", 8],
  Long: ["I64", 8],
  Int: ["I32", 4],
  Short: ["I16", 2],
  Char: ["I8", 1],
  Byte: ["U8", 1],
  Bool: ["BOOL", 1],
};

const mostPickle = 64_000_000;
const mostDirectory = 16_000_000;

/** An entry, and where the next one begins. */
type Entry = ZipEntry & { end: number };

/** A tensor, and where its bytes are. */
interface Placed {
  name: string;
  dtype: string;
  shape: readonly number[];
  file: ModelFile;
  entry: Entry;
  /** Within the entry. */
  from: number;
  bytes: number;
}

/** Checkpoints of PyTorch (zip archives of a pickle and of numbers) as one safetensors file, made as it is read. */
export async function asSafetensors(files: readonly ModelFile[]): Promise<ModelFile> {
  const placed = (await Promise.all(files.map(tensorsOfFile))).flat();
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const { name, dtype, shape, bytes } of placed) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20, 8);
  new DataView(start.buffer).setBigUint64(0, BigInt(start.length - 8), true);
  start.set(text, 8);
  return {
    name: "model.safetensors",
    size: start.length + end,
    async *pieces(from = 0, to = start.length + end) {
      yield* fileOfBytes("header", start).pieces(Math.min(from, start.length), Math.min(to, start.length));
      let at = start.length;
      for (const tensor of placed) {
        const first = Math.max(from - at, 0);
        const last = Math.min(to - at, tensor.bytes);
        if (first < last) yield* piecesOf(tensor, first, last);
        at += tensor.bytes;
      }
    },
  };
}

async function tensorsOfFile(file: ModelFile): Promise<Placed[]> {
  try {
    return await readTensors(file);
  } catch (error) {
    throw refusal(file, error);
  }
}

const refusal = ({ name }: ModelFile, error: unknown) => new Error(`${name}: ${messageOf(error)}`, { cause: error });

async function readTensors(file: ModelFile): Promise<Placed[]> {
  const entries = await directoryOf(file);
  const pickle = [...entries.values()].find(({ name }) => name.endsWith("/data.pkl"));
  if (!pickle) throw new Error("it is no checkpoint that PyTorch 1.6 or later saved: it has no data.pkl");
  if (pickle.size > mostPickle) throw new Error(`its pickle has ${pickle.size} bytes; at most ${mostPickle} are read`);
  const folder = pickle.name.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(await contentOf(file, order)) !== "little")
    throw new Error("its numbers are not in little-endian order");
  const tensors = tensorsOf(unpickle(await contentOf(file, pickle)));
  return [...tensors].map(([name, tensor]) =>
    placeOf(file, name, tensor, entries.get(`${folder}data/${tensor.storage}`)),
  );
}

function placeOf(file: ModelFile, name: string, tensor: PickledTensor, entry: Entry | undefined): Placed {
  const [dtype, size] = types[tensor.type] ?? ["", 0];
  const { shape, strides, offset, storageLength } = tensor;
  if (!entry) throw new Error(`${name} is in data/${tensor.storage.slice(0, 40)}, which there is not`);
  const count = shape.reduce((product, length) => product * length, 1);
  if (!Number.isSafeInteger(count * size) || storageLength * size > entry.size || offset + count > storageLength)
    throw new Error(
      `${name} has ${count} elements from ${offset} on, but its storage has ${Math.floor(entry.size / size)}`,
    );
  if (!isContiguous(shape, strides))
    throw new Error(
      `${name} has the shape (${shape.join(", ")}) with strides (${strides.join(", ")}): its elements do not follow one another. Save the model as safetensors`,
    );
  return { name, dtype, shape, file, entry, from: offset * size, bytes: count * size };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i] ?? 1;
  }
  return shape.length === strides.length;
}

/** The archive's entries by name. None of what PyTorch saves is compressed, so that nothing can grow. */
async function directoryOf(file: ModelFile): Promise<Map<string, Entry>> {
  const tail = Math.max(0, file.size - mostEndBytes);
  const start = directoryStart(await bytesOf(file, tail));
  if (start > file.size || file.size - start > mostDirectory)
    throw new Error(`its directory is said to begin at byte ${start} of ${file.size}`);
  const entries = readDirectory(await bytesOf(file, start), start);
  const starts = [...new Set([...entries.map(({ offset }) => offset), start])].sort((a, b) => a - b);
  const ends = new Map(starts.map((offset, i) => [offset, starts[i + 1] ?? start]));
  return new Map(
    entries.map((entry) => {
      const { name, method, packed, size, offset } = entry;
      if (method !== 0 || packed !== size)
        throw new Error(`${name.slice(0, 80)} is compressed, which PyTorch does not do`);
      const end = ends.get(offset) ?? start;
      if (offset + size > end)
        throw new Error(`${name.slice(0, 80)} is said to have ${size} bytes, but has no room for them`);
      return [name, { ...entry, end }];
    }),
  );
}

async function contentOf(file: ModelFile, entry: Entry): Promise<Uint8Array<ArrayBuffer>> {
  const whole = await bytesOf(file, entry.offset, entry.end);
  const start = headerBytes(whole);
  if (start + entry.size > whole.length)
    throw new Error(`${entry.name.slice(0, 80)} has no room for its ${entry.size} bytes`);
  return whole.subarray(start, start + entry.size);
}

/** Bytes first..last of a tensor, of which at most a piece is in memory. */
async function* piecesOf(
  { file, entry, from, bytes, name }: Placed,
  first: number,
  last: number,
): AsyncGenerator<Uint8Array> {
  const first30 = await bytesOf(file, entry.offset, Math.min(entry.offset + 30, entry.end));
  let header: number;
  try {
    header = headerBytes(first30);
  } catch (error) {
    throw refusal(file, error);
  }
  const start = entry.offset + header + from;
  if (start + bytes > entry.end) throw new Error(`${file.name}: ${name} goes on beyond the end of its storage`);
  yield* file.pieces(start + first, start + last);
}
