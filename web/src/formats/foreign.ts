/** Files that hold no attention, by their first bytes: what each is, and what to do with it. */
import { FormatError } from "./tensor";

interface Foreign {
  readonly begins: string;
  /** From this byte on. */
  readonly at?: number;
  readonly what: string;
}

const explorer = "a checkpoint opens in the explorer, from the folder with its config.json";
const save = "save its arrays with numpy.savez or as safetensors";
const saveTable = "save the table with to_csv";

const foreign: readonly Foreign[] = [
  {
    begins: "version https://git-lfs",
    what: "a pointer of Git LFS, not the file itself: run “git lfs pull”, or download the file",
  },
  { begins: "GGUF", what: `a GGUF checkpoint, as llama.cpp reads them; ${explorer}, as safetensors` },
  { begins: "\x89PNG", what: "a picture (PNG); open the numbers that it was drawn from" },
  { begins: "\xff\xd8\xff", what: "a picture (JPEG); open the numbers that it was drawn from" },
  { begins: "GIF8", what: "a picture (GIF); open the numbers that it was drawn from" },
  { begins: "WEBP", at: 8, what: "a picture (WebP); open the numbers that it was drawn from" },
  { begins: "%PDF", what: "a PDF document; open the numbers that its figures were drawn from" },
  { begins: "\x89HDF", what: `an HDF5 file; ${save}` },
  { begins: "PAR1", what: `a Parquet file; ${saveTable}` },
  { begins: "ARROW1", what: `an Arrow file (Feather); ${saveTable}` },
  { begins: "ustar", at: 257, what: "a tar archive; unpack it first" },
  { begins: "RIFF", what: "a recording of sound or moving pictures (RIFF), no numbers of attention" },
  { begins: "\x1f\x8b", what: "compressed by gzip; unpack it first" },
  { begins: "(\xb5/\xfd", what: "compressed by Zstandard; unpack it first" },
  { begins: "\xfd7zXZ", what: "compressed by xz; unpack it first" },
  { begins: "7z\xbc\xaf", what: "a 7-Zip archive; unpack it first" },
  { begins: "MATLAB 5.0", what: `a MATLAB file; ${save}` },
  {
    begins: "\x80\x02\x8a\x0al\xfc\x9cF\xf9",
    what: "a checkpoint as PyTorch before 1.6 saved it; load it and save it again with torch.save",
  },
];

/** Throws where the file is one of these. */
export function refuseForeign(bytes: Uint8Array, file: string): void {
  const found = foreign.find(({ begins, at = 0 }) =>
    [...begins].every((char, i) => bytes[at + i] === char.charCodeAt(0)),
  );
  if (found) throw new FormatError(`it is ${found.what}`);
  if (isOnnx(bytes))
    throw new FormatError("it is an ONNX model, a graph of operators; run it and save its attention weights");
  const isHtml = /^\s*<(!doctype html|html|head|table|\?xml|svg)/i.test(
    new TextDecoder().decode(bytes.subarray(0, 64)),
  );
  if (isHtml)
    throw new FormatError(
      /\.svg$/i.test(file)
        ? "it is a picture (SVG); open the numbers that it was drawn from"
        : "it is a page (HTML), as servers send in place of a file that is missing or needs a login",
    );
}

/** A protocol buffer whose first field is ir_version (field 1, a small number), and whose second is the producer's name or version. */
const isOnnx = (bytes: Uint8Array) =>
  bytes[0] === 0x08 &&
  (bytes[1] as number) > 0 &&
  (bytes[1] as number) < 20 &&
  (bytes[2] === 0x12 || bytes[2] === 0x3a);
