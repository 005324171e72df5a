import { checkNames } from "./check-names";
import { readJson, textOfFile } from "./json-file";
import { keptFilesOf, type ModelSource, modelFiles } from "./model-source";
import { bytesOf, type ModelFile } from "./sources/model-file";
import { checkContent } from "./sources/needed-files";
import { SourceError } from "./sources/source-error";
import { type Fields, fieldsOf } from "./tokenizer/fields";

/** What a model takes, known before its weights are read. */
export interface ModelInspection {
  /** As its config.json names them: "gpt2", and ["GPT2LMHeadModel"]. */
  modelType: string;
  /** The classes that its config.json names. */
  architectures: string[];
  /** Numbers in its weights. */
  parameters: number;
  /** Bytes of the files that opening it reads. */
  download: number;
  /** Bytes that it takes while it is opened in each form, and so at most. */
  memory: Record<"file" | "f32" | "q8" | "q4", number>;
  /** The forms in which it fits into what WebAssembly can address, and into what the browser says that this device has. */
  fits: ("file" | "f32" | "q8" | "q4")[];
}

/** How a model is inspected. */
export interface InspectOptions {
  /** Ends reading. */
  signal?: AbortSignal;
  /** Whether one that is kept in the browser's storage is looked at there, as `openModel` with `keep` opens it. */
  keep?: boolean;
}

const mostHeader = 100_000_000;
/** Of the 4 GB that WebAssembly addresses some are taken by what is computed; a device that is known to have less has not even those. */
function available(): number {
  const gigabytes = (globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory;
  return Math.min(2 ** 32, gigabytes ? gigabytes * 2 ** 30 : 2 ** 32) - 300_000_000;
}

/** What heed-models takes before it has a model: its stack of 1 MB and its constants. */
const bytesOfProgram = 1_400_000;
/** Blocks of 32 numbers and a scale in float32. */
const bytesOfBlocked = { q8: (32 + 4) / 32, q4: (16 + 4) / 32 };

/** Reads a model's configuration and the headers of its weights, by range requests where it is on a server. */
export async function inspectModel(source: ModelSource, options: InspectOptions = {}): Promise<ModelInspection> {
  checkNames(options, "options", ["signal", "keep"]);
  const { signal, keep = false } = options;
  const files = (keep && (await keptFilesOf(source))) || (await modelFiles(source, signal));
  const config = files.find(({ name }) => name === "config.json");
  if (!config) throw new SourceError(`there is no config.json among the model's ${files.length} files`, "missing");
  const { model_type, architectures } = fieldsOf(
    readJson(config.name, textOfFile(config.name, await bytesOf(config))),
    config.name,
  );
  const weights = files.filter(({ name }) => name.endsWith(".safetensors"));
  if (weights.length === 0)
    throw new SourceError(`there are no weights among the model's ${files.length} files`, "missing");
  const tensors = (await Promise.all(weights.map(tensorsOf))).flat();
  const sum = (count: (tensor: Tensor) => number) => tensors.reduce((total, tensor) => total + count(tensor), 0);
  // The files stay as they are. Vectors are copied as float32; where matrices are converted, that is beside the files.
  const stored =
    bytesOfProgram +
    weights.reduce((total, { size }) => total + size, 0) +
    sum(({ matrix, count }) => (matrix ? 0 : count * 4));
  const converted = (bytesPerNumber: number, but?: string) =>
    stored + sum(({ matrix, count, dtype }) => (matrix && dtype !== but ? count * bytesPerNumber : 0));
  const memory = {
    file: stored,
    f32: converted(4, "F32"),
    q8: converted(bytesOfBlocked.q8),
    q4: converted(bytesOfBlocked.q4),
  };
  const forms = Object.keys(memory) as (keyof typeof memory)[];
  return {
    modelType: typeof model_type === "string" ? model_type : "",
    architectures: Array.isArray(architectures) ? architectures.filter((name) => typeof name === "string") : [],
    parameters: sum(({ count }) => count),
    download: files.reduce((total, { size }) => total + size, 0),
    memory,
    fits: forms.filter((form) => memory[form] <= available()),
  };
}

interface Tensor {
  dtype: unknown;
  matrix: boolean;
  count: number;
  bytes: number;
}

async function tensorsOf(file: ModelFile): Promise<Tensor[]> {
  const first = await bytesOf(file, 0, Math.min(8, file.size));
  const length = first.length < 8 ? 0 : Number(new DataView(first.buffer).getBigUint64(0, true));
  if (!(length > 0 && length <= Math.min(mostHeader, file.size - 8))) {
    checkContent(file.name, await bytesOf(file, 0, Math.min(200, file.size)));
    throw new SourceError(`${file.name} is no safetensors file: its header is said to have ${length} bytes`, "format");
  }
  const { __metadata__: _, ...entries } = fieldsOf(
    readJson(file.name, textOfFile(file.name, await bytesOf(file, 8, 8 + length))),
    file.name,
  );
  return Object.entries(entries).map(([name, entry]) => tensorOf(file, name, fieldsOf(entry, `${file.name}: ${name}`)));
}

function tensorOf(file: ModelFile, name: string, { dtype, shape, data_offsets }: Fields): Tensor {
  const areNumbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((number) => Number.isSafeInteger(number) && number >= 0);
  const [start, end] = areNumbers(data_offsets) ? data_offsets : [];
  if (!areNumbers(shape) || start === undefined || end === undefined || end < start || end > file.size)
    throw new SourceError(`${file.name}: ${name.slice(0, 80)} has no place in the file`, "format");
  return {
    dtype,
    // Filters of image patches are used as a matrix too; masks that older files hold are not used.
    matrix: shape.length === 2 || (shape.length > 2 && name.endsWith(".weight")),
    count: shape.reduce((product, size) => product * size, 1),
    bytes: end - start,
  };
}
