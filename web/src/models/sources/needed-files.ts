import { imageProcessingFile } from "../image-processing";
import { readJson, textOfFile, whatInPlace } from "../json-file";
import { tokenizerFiles } from "../tokenizer/tokenizer-file-names";
import { bytesOf, type ModelFile } from "./model-file";
import { SourceError } from "./source-error";

/** What weights are in where they are in no safetensors file, and what to use in its place. */
const otherFormats: readonly [name: RegExp, format: string, advice: string][] = [
  [/\.gguf$/i, "GGUF, a form of llama.cpp", "open the model that it was made of, in safetensors"],
  [/\.(onnx|ort)$/i, "ONNX, a graph of operators", "open the model that it was exported from, in safetensors"],
  [/\.(pt|pth|ckpt|pkl|bin)$/i, "a pickle of PyTorch", "save it as safetensors, with model.save_pretrained(folder)"],
  [/\.(h5|keras|pb|msgpack|tflite)$/i, "a form of TensorFlow or Flax", "open the same model in safetensors"],
];

/** Which file of several has which tensor. */
export const indexName = "model.safetensors.index.json";
/** The same of PyTorch's own form. */
export const torchIndexName = "pytorch_model.bin.index.json";

/**
 * Of the files that there are those that a model needs: its configuration, its weights (those that the index names, where there is
 * one), its tokenizer, what it does to pictures. Throws where the weights are in a form that is not read.
 */
export async function neededFiles(files: readonly ModelFile[]): Promise<ModelFile[]> {
  const named = (name: string) => files.find((file) => file.name === name);
  const weights = await weightFiles(files);
  if (weights.length === 0) {
    for (const [pattern, format, advice] of otherFormats) {
      const other = files.find(({ name }) => pattern.test(name));
      if (other) throw new SourceError(`${other.name} is ${format}, which is not read; ${advice}`, "format");
    }
  }
  // tokenizer.json makes the older forms needless.
  const tokenizer = named("tokenizer.json") ? ["tokenizer.json"] : tokenizerFiles;
  const texts = ["config.json", "generation_config.json", imageProcessingFile, ...tokenizer].map(named);
  return [...texts.filter((file) => file !== undefined), ...weights];
}

async function weightFiles(files: readonly ModelFile[]): Promise<ModelFile[]> {
  const list = files.find(({ name }) => name.endsWith(".safetensors.index.json"));
  const weights = files.filter(({ name }) => name.endsWith(".safetensors"));
  if (list) {
    const names = indexedNames(list.name, await bytesOf(list));
    return [list, ...weights.filter(({ name }) => names.has(name))];
  }
  // Beside the model's own there may be others: adapters, or the same in the maker's own form.
  const whole = weights.find(({ name }) => name === "model.safetensors");
  if (whole || weights.length > 0) return whole ? [whole] : weights;
  const checkpoints = await torchFiles(files);
  if (checkpoints.length === 0) return [];
  const { asSafetensors } = await import("../pytorch/torch-file");
  return [await asSafetensors(checkpoints)];
}

/** Of PyTorch's form those that its index names, where there is one: all of them must be there. */
async function torchFiles(files: readonly ModelFile[]): Promise<ModelFile[]> {
  const index = files.find(({ name }) => name === torchIndexName);
  if (!index) return files.filter(({ name }) => /^pytorch_model(-\d+-of-\d+)?\.bin$/.test(name));
  return [...indexedNames(index.name, await bytesOf(index))].map((wanted) => {
    const file = files.find(({ name }) => name === wanted);
    if (!file) throw new SourceError(`${index.name} names the file ${wanted}, which is not among the files`, "missing");
    return file;
  });
}

/** The files that an index names, of safetensors or of PyTorch's form. */
export function indexedNames(name: string, bytes: Uint8Array): Set<string> {
  const json = readJson(name, textOfFile(name, bytes)) as { weight_map?: unknown } | null;
  const map = json?.weight_map;
  if (typeof map !== "object" || map === null) throw new Error(`${name} has no weight_map`);
  const names = new Set(Object.values(map));
  const [isWeights, form] =
    name === torchIndexName ? [/^[\w.-]+\.bin$/, "file of PyTorch"] : [/^[\w.-]+\.safetensors$/, "safetensors file"];
  for (const file of names)
    if (typeof file !== "string" || !isWeights.test(file))
      throw new Error(`${name} names the file ${JSON.stringify(file)?.slice(0, 80)}, which is no ${form} beside it`);
  return names as Set<string>;
}

/** Throws where a file begins like what servers and Git give in place of files. */
export function checkContent(name: string, first: Uint8Array): void {
  const other = whatInPlace(String.fromCharCode(...first.subarray(0, 200)));
  if (other) throw new SourceError(`${name} is ${other}`, "format");
}
