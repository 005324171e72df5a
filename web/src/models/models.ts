/** Transformers as the Hugging Face hub holds them, run through WebAssembly: attention weights, hidden states, logits, texts. @module heed/models */
import type { CoreModel, MainModule } from "../compute/core/heed-models.js";
import { startModels } from "./load-models";
import { Model } from "./model";
import { type ModelFile, type ModelSource, modelFiles } from "./model-source";
import { tokenizerFiles } from "./tokenizer/tokenizer-file-names";

export type {
  Ablation,
  CoreForwardOptions,
  CoreGenerationOptions,
  CoreInterventions,
  CorePatch,
  ForwardInputs,
  ForwardResult,
  GeneratedToken,
  HeadChoice,
  MaskedPair,
  ModelInfo,
  ModelTensor,
  PixelTensor,
} from "../compute/core/heed-models.js";
export { LoadError } from "../compute/modules/load-module";
export type { Interventions, Patch } from "./interventions";
export { type ForwardOptions, type GenerationOptions, Model } from "./model";
export type { ModelSource, NamedBlob } from "./model-source";
export type { DecodeOptions, EncodeOptions, Encoding, Tokenizer } from "./tokenizer/tokenizer";

/** How a model is opened. */
export interface OpenOptions {
  /** Ends opening. */
  signal?: AbortSignal;
  /** Told how many of the files' bytes are read. */
  onProgress?: (progress: { loaded: number; total: number }) => void;
  /** What the weights' matrices become: as stored ("file", the default), float32, or blocks of 8 or 4 bits. */
  dtype?: "file" | "f32" | "q8" | "q4";
  /** How many threads compute. There is one for now, whatever is asked for. */
  threads?: number;
}

/**
 * Opens a model. Throws an `Error` that names what is missing, damaged or not supported in its files, a `RangeError` where they do
 * not fit into memory, and LoadError where there is no WebAssembly for it.
 */
export async function openModel(source: ModelSource, options: OpenOptions = {}): Promise<Model> {
  const { signal, onProgress, dtype, threads = 1 } = options;
  if (!(Number.isInteger(threads) && threads >= 1))
    throw new Error(`threads is ${threads}; it must be a whole number from 1`);
  signal?.throwIfAborted();
  const [module, files] = await Promise.all([startModels(), modelFiles(source)]);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const loader = new module.ModelLoader();
  try {
    let loaded = 0;
    const read = async (file: ModelFile, take: (piece: Uint8Array) => void) => {
      for await (const piece of file.pieces()) {
        signal?.throwIfAborted();
        take(piece);
        loaded += piece.length;
        onProgress?.({ loaded, total });
      }
    };
    const texts = new Map<string, Uint8Array>();
    for (const file of files) {
      if (tokenizerFiles.includes(file.name) || file.name === "config.json")
        texts.set(file.name, await wholeOf(file, read));
      if (tokenizerFiles.includes(file.name)) continue;
      loader.addFile(file.name, file.size);
      const text = texts.get(file.name);
      if (text) loader.write(text);
      else await read(file, (piece) => loader.write(piece));
    }
    signal?.throwIfAborted();
    const core = loader.open(dtype);
    if (!core) throw new Error("the core opened no model");
    return await withTokenizer(module, core, texts);
  } finally {
    loader.delete();
  }
}

async function wholeOf(file: ModelFile, read: (file: ModelFile, take: (piece: Uint8Array) => void) => Promise<void>) {
  const bytes = new Uint8Array(file.size);
  let at = 0;
  await read(file, (piece) => {
    if (at + piece.length > bytes.length) throw new Error(`${file.name} has more than its ${file.size} bytes`);
    bytes.set(piece, at);
    at += piece.length;
  });
  if (at < bytes.length) throw new Error(`${file.name} has ${at} bytes in place of ${file.size}`);
  return bytes;
}

async function withTokenizer(
  module: MainModule,
  core: CoreModel,
  texts: ReadonlyMap<string, Uint8Array>,
): Promise<Model> {
  try {
    const hasTokenizer = tokenizerFiles.some((name) => texts.has(name));
    // Half of this entry's scripts: who gives ids does not fetch it.
    const { tokenizerOf } = hasTokenizer ? await import("./tokenizer/tokenizer-files") : {};
    const tokenizer = tokenizerOf?.(texts);
    const { vocabulary = 0 } = core.info();
    // Embeddings may have rows to spare, and a token or two that somebody added may have none.
    if (tokenizer && vocabulary > 0 && tokenizer.vocabulary > vocabulary)
      throw new Error(
        `the tokenizer has ${tokenizer.vocabulary} tokens but the model only ${vocabulary}: they are not of the same model`,
      );
    return new Model(module, core, tokenizer);
  } catch (error) {
    core.delete();
    throw error;
  }
}
