/** Transformers as the Hugging Face hub holds them, run through WebAssembly: attention weights, hidden states, logits, texts. @module heed/models */
import { startModels } from "./load-models";
import { Model } from "./model";
import { type ModelSource, modelFiles } from "./model-source";

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
} from "../engine/core/heed-models.js";
export { LoadError } from "../engine/load-module";
export type { Interventions, Patch } from "./interventions";
export { type ForwardOptions, type GenerationOptions, Model } from "./model";
export type { ModelSource, NamedBlob } from "./model-source";

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
    for (const file of files) {
      loader.addFile(file.name, file.size);
      for await (const piece of file.pieces()) {
        signal?.throwIfAborted();
        loader.write(piece);
        loaded += piece.length;
        onProgress?.({ loaded, total });
      }
    }
    signal?.throwIfAborted();
    const core = loader.open(dtype);
    if (!core) throw new Error("the core opened no model");
    return new Model(module, core);
  } finally {
    loader.delete();
  }
}
