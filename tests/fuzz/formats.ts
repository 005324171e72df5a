/** Files of every format, damaged at random: each must be read or refused with FormatError, in little memory. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readLayout } from "../../web/src/formats/layouts/table";
import { readFile } from "../../web/src/formats/read-file";
import { type DataFile, FormatError } from "../../web/src/formats/tensor";
import { isPrinted } from "../../web/src/formats/text/printed-array";
import { isPrintedByR } from "../../web/src/formats/text/printed-table";
import { dictionaries } from "../web/support/pickles";
import { mutate, randomFrom } from "./damage";

const folder = join(import.meta.dirname, "../fixtures/formats");
const texts = [
  '{"query": {"shape": [2, 2], "data": [1, 2, 3, 4]}, "key": [[1, 2], [3, 4]], "tokens": ["a", "<b>"]}',
  "[[[1, 0], [0.5, 0.5]], [[1, 0], [0.25, 0.75]]]",
  ',a,"b,c"\nx,1,0\ny,0.5,0.5\n',
  "# Array shape: (2, 2, 2)\n1.0e+00 0.0e+00\n0.5 0.5\n# New slice\n1 NaN\n-inf 0.75\n# New slice\n",
  '"V1" "V2"\n"1" 1 NA\n"2" 0.5 0.5\n',
  '{"attention": [{"name": "all", "attn": [[[[1, NaN], [0.5, -Infinity]]]], "left_text": ["a"], "right_text": ["b"]}]}',
  '{"weights": "AAAAPwAAgD4AAIA+AAAAPw==", "dtype": "float32", "shape": [2, 2], "tokens": [["a", "b"]]}',
  "0,25;0,75\n50%;,5\n;\n",
  "layer,query,key,weight\n0,0,0,1\n0,1,0,0.5\n0,1,1,0.5\n",
  "array([[0.25, 7.5e-01],\n       [nan, inf]], dtype=float32)",
  "(array([[1., 0.]], dtype=float32), array([[0.5, 0.5]], dtype=float32))",
  "      a      b  \\\na  1.00  0.000   \nb  0.25  0.750   \n\n       ,  \na  0.000  \nb  0.000  \n",
  "     [,1] [,2]\n[1,]  1.0  0.0\n[2,]  0.5  0.5\n     [,3]\n[1,]  0.0\n[2,]  0.0\n",
  ", , 1\n\n     [,1] [,2]\n[1,]  0.5  0.5\n\n, , 2\n\n     [,1] [,2]\n[1,]  0.4  0.6\n",
  "query,key,weight\na,a,1\na,b,0\nb,a,0.5\nb,b,0.5\n",
  '{"a":{"a":1,"b":0.5},"b":{"a":0,"b":0.5}}',
  '{"a":0.5,"b":0.5}\n{"a":1,"b":null}\n',
  '{"schema":{"fields":[{"name":"index"},{"name":"a"}],"primaryKey":["index"]},"data":[{"index":0,"a":1},{"index":1,"a":1}]}',
  "tensor([[[0.1 0.9]\n [0.5 ... 0.5]]], grad_fn=<SoftmaxBackward0>)",
];
const withOtherOrder = Uint8Array.from([0xff, 0xfe, ...[..."1,0\n.5,.5"].flatMap((char) => [char.charCodeAt(0), 0])]);

/** What a file's tensors are is guessed of every file that is read. */
function guess(file: DataFile): void {
  try {
    readLayout(file);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

/** What an archive may always unpack to, beyond 4 times its size. */
const unpacked = 2 ** 20;

async function timeOf(read: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  try {
    await read();
  } catch {
    // Refused again.
  }
  return performance.now() - start;
}

export const readers = ["npy", "npz", "safetensors", "pickle", "json", "printed", "csv"] as const;

/** Who reads a file while it is whole. */
function readerOf(name: string, bytes: Uint8Array): (typeof readers)[number] {
  const [ending] = /(npy|npz|safetensors)$/.exec(name) ?? [];
  if (ending) return ending as (typeof readers)[number];
  if (/\.pt$|^pickle/.test(name)) return "pickle";
  const text = new TextDecoder().decode(bytes);
  if (isPrintedByR(text) || isPrinted(text)) return "printed";
  return /^\s*[[{]/.test(text) ? "json" : "csv";
}

/**
 * `only`: damages the files of one reader. Throws at the first file that ends in anything but tensors or FormatError, takes more memory
 * than 4 times itself, or twice more than `most` milliseconds. A test gives none: how long a file takes says how busy the machine is, and
 * files that take far too long pass the test's own timeout together.
 */
export async function fuzzFormats(count: number, seed: number, only = "", most = Number.POSITIVE_INFINITY) {
  const random = randomFrom(seed);
  const files = readdirSync(folder).map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
  const small = files.filter(({ bytes }) => bytes.length < 4096);
  const all = [
    ...small,
    ...texts.map((text, i) => ({ name: `text ${i}`, bytes: new TextEncoder().encode(text) })),
    ...Object.values(dictionaries).map((base64, i) => ({
      name: `pickle ${i}`,
      bytes: new Uint8Array(Buffer.from(base64, "base64")),
    })),
    { name: "text of UTF-16", bytes: withOtherOrder },
  ];
  const seeds = all.filter(({ name, bytes }) => only === "" || readerOf(name, bytes) === only);
  const result = { read: 0, refused: 0, slowest: 0, largest: 0 };
  for (let i = 0; i < count; i++) {
    const { name, bytes } = seeds[random(seeds.length)] as (typeof seeds)[number];
    const damaged = mutate(bytes, random);
    const complain = (what: string, cause?: unknown) =>
      new Error(`file ${i} of seed ${seed}, from ${name}: ${what}; ${Buffer.from(damaged).toString("base64")}`, {
        cause,
      });
    const start = performance.now();
    try {
      const file = await readFile(damaged, name);
      const { tensors } = file;
      guess(file);
      const size = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
      const largest = 4 * damaged.length + (name.endsWith(".npz") ? unpacked : 0);
      result.largest = Math.max(result.largest, size / damaged.length);
      if (size > largest) throw complain(`${size} bytes of tensors from ${damaged.length}`);
      for (const { data, shape } of tensors)
        if (data.length !== shape.reduce((a, b) => a * b, 1))
          throw complain(`${data.length} elements of shape ${shape}`);
      result.read++;
    } catch (error) {
      if (!(error instanceof FormatError)) throw complain(String(error), error);
      result.refused++;
    }
    let took = performance.now() - start;
    // On a busy machine anything may be held up once.
    if (took > most) took = await timeOf(() => readFile(damaged, name));
    result.slowest = Math.max(result.slowest, took);
    if (took > most) throw complain(`${took} ms`);
  }
  return result;
}
