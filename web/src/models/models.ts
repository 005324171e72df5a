/** Transformers as the Hugging Face hub holds them, run through WebAssembly: attention weights, hidden states, logits, texts. @module heed/models */
import type { CoreModel, MainModule, ModelLoader, Spread, WeightDifference } from "../compute/core/heed-models.js";
import { checkNames } from "./check-names";
import { imageProcessingFile, imageProcessingOf } from "./image-processing";
import { startModels, startModelsWith } from "./load-models";
import { Model } from "./model";
import { type ModelSource, modelFiles, nameOfSource } from "./model-source";
import { bytesOf, type ModelFile } from "./sources/model-file";
import { checkContent } from "./sources/needed-files";
import { type OpenProgress, progressOf } from "./sources/progress";
import type { KeptFiles, StoredModel } from "./storage/model-store";
import { threadCount } from "./threads/count";
import { tokenizerFiles, whyNoTokenizer } from "./tokenizer/tokenizer-file-names";

export type {
  Ablation,
  AttentionShape,
  CoreForwardOptions,
  CoreGenerationOptions,
  CoreInterventions,
  CorePatch,
  DirectEffects,
  ForwardInputs,
  ForwardResult,
  GeneratedToken,
  HeadChoice,
  HeadReport,
  HeadWeights,
  ImageShape,
  KeptKeys,
  MaskedPair,
  ModelInfo,
  ModelTensor,
  PairExplanation,
  PixelTensor,
  Spread,
  Thumbnail,
  TokenPrediction,
  WeightDifference,
} from "../compute/core/heed-models.js";
export { LoadError } from "../compute/modules/load-module";
export { type ImageProcessing, type ImageSize, type ShortestEdge, usualProcessing } from "./image-processing";
export { type InspectOptions, inspectModel, type ModelInspection } from "./inspect-model";
export type { Interventions, Patch } from "./interventions";
export { type ForwardOptions, type GenerationOptions, type GenerationStep, Model, type RunOptions } from "./model";
export type { ModelSource } from "./model-source";
export { type AttentionKind, type PairValue, Run } from "./run";
export { type HubSource, setHubToken } from "./sources/hub";
export type { NamedBlob, NamedBytes } from "./sources/local-files";
export type { OpenProgress } from "./sources/progress";
export { SourceError, type SourceFault } from "./sources/source-error";
export type { StoredModel } from "./storage/model-store";
export type { DecodeOptions, EncodeOptions, Encoding, Tokenizer } from "./tokenizer/tokenizer";

/** How a model is opened. */
export interface OpenOptions {
  /** Ends opening. */
  signal?: AbortSignal;
  /** Told how many of the files' bytes are read, and how fast. */
  onProgress?: (progress: OpenProgress) => void;
  /**
   * Whether what is fetched from a url or a hub is kept in the browser's storage; it is opened from there the next time, without a
   * network. What was kept when a tab was closed half-way is not fetched again where the hub says which version it is.
   */
  keep?: boolean;
  /** What the weights' matrices become: as stored ("file", the default), float32, or blocks of 8 or 4 bits. */
  dtype?: "file" | "f32" | "q8" | "q4";
  /**
   * On how many threads the model computes at most: by default one a processor, up to 8, where memory can be shared (in Node, and on pages
   * that are isolated: `crossOriginIsolated`), and one elsewhere. 1 starts none. `model.info.threads` says how many there are.
   */
  threads?: number;
}

/**
 * Opens a model: of its files only those that it needs are read. Throws SourceError where they cannot be got, an `Error` that names
 * what is missing, damaged or not supported in them, a `RangeError` where they do not fit into memory, and LoadError where there is
 * no WebAssembly for it.
 */
export async function openModel(source: ModelSource, options: OpenOptions = {}): Promise<Model> {
  checkNames(options, "options", ["signal", "onProgress", "keep", "dtype", "threads"]);
  const { signal, onProgress, dtype, keep = false } = options;
  const threads = threadCount(options.threads);
  signal?.throwIfAborted();
  const { module, end } = await startModelsWith(threads);
  try {
    return await openWith(module, { source, signal, onProgress, dtype, keep, threads, end });
  } catch (error) {
    end?.();
    throw error;
  }
}

type OpenSettings = Required<Pick<OpenOptions, "keep" | "threads">> & {
  [Option in "signal" | "onProgress" | "dtype"]: OpenOptions[Option];
} & { source: ModelSource; end: (() => void) | undefined };

async function openWith(
  module: MainModule,
  { source, signal, onProgress, dtype, keep, threads, end }: OpenSettings,
): Promise<Model> {
  const { files, finish, release } = await filesOf(source, keep, signal);
  const told = progressOf(
    files.reduce((sum, { size }) => sum + size, 0),
    onProgress,
  );
  const loader = new module.ModelLoader();
  try {
    const texts = new Map<string, Uint8Array>();
    for (const file of files) {
      // What the core does not read.
      const isBeside = tokenizerFiles.includes(file.name) || file.name === imageProcessingFile;
      if (!isBeside) loader.addFile(file.name, file.size);
      if (isBeside || file.name === "config.json") {
        signal?.throwIfAborted();
        const text = await bytesOf(file);
        if (file.name === "config.json") checkContent(file.name, text);
        texts.set(file.name, text);
        if (!isBeside) {
          loader.write(text);
          // Before the weights, which may be large.
          loader.checkFamily();
        }
        told(text.length);
      } else await load(loader, file, told, signal);
    }
    signal?.throwIfAborted();
    const core = loader.open(dtype, threads);
    if (!core) throw new Error("the core opened no model");
    const model = await withTexts(module, core, texts, end);
    // What cannot be opened is not kept as if it could.
    await finish?.().catch((error) => {
      model.close();
      throw error;
    });
    return model;
  } finally {
    release?.();
    loader.delete();
  }
}

async function filesOf(
  source: ModelSource,
  keep: boolean,
  signal?: AbortSignal,
): Promise<Partial<KeptFiles> & Pick<KeptFiles, "files">> {
  const name = keep ? nameOfSource(source) : undefined;
  if (name === undefined) return { files: await modelFiles(source, signal) };
  const { keptFiles, storedFiles } = await import("./storage/model-store");
  const stored = await storedFiles(name);
  return stored ? { files: stored } : keptFiles(name, await modelFiles(source, signal));
}

/** Mean, standard deviation and the largest of several numbers, a head's scores on several texts for example. */
export const spreadOf = async (numbers: Float64Array): Promise<Spread> => (await startModels()).spread(numbers);

/**
 * The weights of a head (queries × keys) between groups of tokens, words for example: from a group of queries to a group of keys the mean
 * over the queries of the sum over the keys. `queryGroups`: of each query the number of its group, from 0, or −1 for none.
 */
export const weightsBetweenGroups = async (
  weights: Float32Array,
  queryGroups: ArrayLike<number>,
  keyGroups: ArrayLike<number>,
): Promise<Float32Array> => (await startModels()).weightsBetweenGroups(weights, queryGroups, keyGroups);

/** What it takes to come from the weights of one head to those of another with as many queries and keys. */
export const weightDifference = async (weights: Float32Array, other: Float32Array): Promise<WeightDifference> =>
  (await startModels()).weightDifference(weights, other);

/** The models that `keep` left in the browser's storage, the one used last first. */
export const keptModels = async (): Promise<StoredModel[]> => (await import("./storage/model-store")).listModels();

/** Deletes a model that is kept, and what is left of one that was fetched half-way, by its name as `keptModels` gives it. */
export const deleteKeptModel = async (name: string): Promise<void> =>
  (await import("./storage/model-store")).deleteModel(name);

async function load(loader: ModelLoader, file: ModelFile, told: (bytes: number) => void, signal?: AbortSignal) {
  let isFirst = file.name.endsWith(".safetensors");
  for await (const piece of file.pieces()) {
    signal?.throwIfAborted();
    if (isFirst) checkContent(file.name, piece);
    isFirst = false;
    loader.write(piece);
    told(piece.length);
  }
}

async function withTexts(
  module: MainModule,
  core: CoreModel,
  texts: ReadonlyMap<string, Uint8Array>,
  end: (() => void) | undefined,
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
    const processing = texts.get(imageProcessingFile);
    const imageProcessing = processing && core.info().kind === "image" ? imageProcessingOf(processing) : undefined;
    return new Model(module, core, { tokenizer, whyNoTokenizer: whyNoTokenizer(texts.keys()), imageProcessing, end });
  } catch (error) {
    core.delete();
    throw error;
  }
}
