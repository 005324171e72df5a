/** What a model comes with, damaged at random: each file must be read, or refused with a sentence, in little memory. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspectModel } from "../../web/src/models/inspect-model";
import { asSafetensors } from "../../web/src/models/pytorch/torch-file";
import { bytesOf, fileOfBytes } from "../../web/src/models/sources/model-file";
import { indexedNames } from "../../web/src/models/sources/needed-files";
import { SourceError } from "../../web/src/models/sources/source-error";
import { tokenizerOf } from "../../web/src/models/tokenizer/tokenizer-files";
import { torchArchive } from "../hub/torch-archive.mjs";
import { mutate, mutateJson, randomFrom } from "./damage";

const bytesOfText = (text: string) => new TextEncoder().encode(text);
const bytesOfJson = (value: unknown) => bytesOfText(JSON.stringify(value));

interface Target {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Reads a damaged form of those bytes, and gives how many bytes that made of them. */
  read(bytes: Uint8Array<ArrayBuffer>): Promise<number> | number;
}

const text = "The cat's 12 hats, naïve 日本 👍\n <s>[MASK] x\u0301";

function readTokenizer(files: Record<string, Uint8Array>): number {
  const tokenizer = tokenizerOf(new Map(Object.entries(files)));
  if (!tokenizer) return 0;
  const { ids, offsets } = tokenizer.encode(text, { pair: text });
  for (const [start, end] of offsets)
    if (!(start >= 0 && start <= end && end <= text.length)) throw new TypeError(`offset ${start}, ${end}`);
  tokenizer.decode(ids);
  return ids.length;
}

/** Small ones: what a file has many of is damaged no differently. */
function tokenizers(): Target[] {
  const folder = join(import.meta.dirname, "../fixtures/tokenizers");
  return readdirSync(folder).map((name) => {
    const { tokenizer } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { tokenizer: { model: Model } };
    return {
      name: `tokenizer.json of ${name}`,
      bytes: bytesOfJson({ ...tokenizer, model: shortened(tokenizer.model) }),
      read: (bytes) => readTokenizer({ "tokenizer.json": bytes }),
    };
  });
}

interface Model {
  vocab: Record<string, number> | unknown[];
  merges?: (string | [string, string])[];
}

function shortened(model: Model): Model {
  const { vocab, merges } = model;
  if (Array.isArray(vocab)) return { ...model, vocab: vocab.slice(0, 80) };
  const kept = Object.fromEntries(Object.entries(vocab).filter(([, id]) => id < 300));
  const has = (token: string) => Object.hasOwn(kept, token);
  const pairs = merges?.filter((merge) => {
    const [first = "", second = ""] = Array.isArray(merge) ? merge : merge.split(" ");
    return has(first) && has(second) && has(first + second);
  });
  return { ...model, vocab: kept, ...(pairs && { merges: pairs }) };
}

const words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "hat"].join("\n");
const pairs = { vocab: { t: 0, h: 1, e: 2, th: 3, the: 4, "<|endoftext|>": 5 }, merges: "#version: 0.2\nt h\nth e\n" };
const numbers = new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer);
const tensors = { "a.weight": { type: "Float", shape: [2, 3], bytes: numbers } };
const config = bytesOfJson({ model_type: "gpt2", architectures: ["GPT2LMHeadModel"] });

function safetensors(): Uint8Array {
  const header = bytesOfJson({ a: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] } });
  const bytes = new Uint8Array(8 + header.length + numbers.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(numbers, 8 + header.length);
  return bytes;
}

const inspect = async (files: Record<string, Uint8Array<ArrayBuffer>>) =>
  (await inspectModel({ files: Object.entries(files).map(([name, bytes]) => ({ name, blob: new Blob([bytes]) })) }))
    .architectures.length;

const targets = (): Target[] => [
  ...tokenizers(),
  { name: "vocab.txt", bytes: bytesOfText(words), read: (bytes) => readTokenizer({ "vocab.txt": bytes }) },
  {
    name: "vocab.json",
    bytes: bytesOfJson(pairs.vocab),
    read: (bytes) => readTokenizer({ "vocab.json": bytes, "merges.txt": bytesOfText(pairs.merges) }),
  },
  {
    name: "merges.txt",
    bytes: bytesOfText(pairs.merges),
    read: (bytes) => readTokenizer({ "vocab.json": bytesOfJson(pairs.vocab), "merges.txt": bytes }),
  },
  {
    name: "tokenizer_config.json",
    bytes: bytesOfJson({
      do_lower_case: true,
      cls_token: { content: "[CLS]", lstrip: true },
      added_tokens_decoder: {},
    }),
    read: (bytes) => readTokenizer({ "vocab.txt": bytesOfText(words), "tokenizer_config.json": bytes }),
  },
  {
    name: "pytorch_model.bin",
    bytes: torchArchive(tensors),
    read: async (bytes) => (await bytesOf(await asSafetensors([fileOfBytes("pytorch_model.bin", bytes)]))).length,
  },
  {
    name: "model.safetensors.index.json",
    bytes: bytesOfJson({ metadata: { total_size: 24 }, weight_map: { a: "model-00001-of-00001.safetensors" } }),
    read: (bytes) => indexedNames("model.safetensors.index.json", bytes).size,
  },
  {
    name: "config.json",
    bytes: config,
    read: (bytes) => inspect({ "config.json": bytes, "model.safetensors": safetensors() as Uint8Array<ArrayBuffer> }),
  },
  {
    name: "model.safetensors",
    bytes: safetensors(),
    read: (bytes) => inspect({ "config.json": config as Uint8Array<ArrayBuffer>, "model.safetensors": bytes }),
  },
];

/** What reading makes may be this many times as large as the file, and always so many bytes. */
const growth = 8;
const always = 100_000;

/** A refusal is an Error as such, or of a source: any other is a mistake in what reads. */
const isRefusal = (error: unknown) =>
  error instanceof SourceError || (error instanceof Error && error.constructor === Error);

/**
 * Throws at the first file that is neither read nor refused, grows beyond what a file may, or takes twice more than `most` milliseconds,
 * of which a test gives none, as in formats.ts.
 */
export async function fuzzModelFiles(count: number, seed: number, most = Number.POSITIVE_INFINITY) {
  const random = randomFrom(seed);
  const all = targets();
  const result = { read: 0, refused: 0, slowest: 0 };
  for (let i = 0; i < count; i++) {
    const { name, bytes, read } = all[random(all.length)] as Target;
    const damaged = name.includes(".json") && random(2) > 0 ? mutateJson(bytes, random) : mutate(bytes, random);
    const complain = (what: string, cause?: unknown) =>
      new Error(`file ${i} of seed ${seed}, from ${name}: ${what}; ${Buffer.from(damaged).toString("base64")}`, {
        cause,
      });
    const time = async () => {
      const start = performance.now();
      try {
        const made = await read(damaged);
        if (made > growth * damaged.length + always) throw new TypeError(`${made} bytes of ${damaged.length}`);
        return { took: performance.now() - start };
      } catch (error) {
        return { took: performance.now() - start, error };
      }
    };
    let { took, error } = await time();
    if (error === undefined) result.read++;
    else if (isRefusal(error)) result.refused++;
    else throw complain(String(error), error);
    // On a busy machine anything may be held up once.
    if (took > most) took = (await time()).took;
    result.slowest = Math.max(result.slowest, took);
    if (took > most) throw complain(`${took} ms`);
  }
  return result;
}
