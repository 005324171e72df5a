/** NumPy's .npz: a zip of .npy files, stored or deflated. */
import { type UnzipFileInfo, unzipSync } from "fflate";
import { readNpy } from "./npy";
import { type DataFile, FormatError, type NamedTensor } from "./tensor";

/** What an archive may say that it unpacks to: always so much, and above that, so many times its own size. */
const mostBytes = { always: 2 ** 20, ever: 2 ** 31, perByte: 200 };

export const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] as number) < 8;

export function readNpz(bytes: Uint8Array<ArrayBuffer>): DataFile {
  const tensors: NamedTensor[] = [];
  const labels: Record<string, readonly string[]> = {};
  for (const [file, content] of Object.entries(unpack(bytes))) {
    const name = file.replace(/\.npy$/, "");
    const array = readNpy(content, name);
    if ("data" in array) tensors.push(array);
    else labels[name] = array;
  }
  return { tensors, labels };
}

function unpack(bytes: Uint8Array<ArrayBuffer>) {
  const others: string[] = [];
  const seen = new Set<string>();
  let total = 0;
  const wanted = ({ name, size, originalSize, compression }: UnzipFileInfo) => {
    if (!name.endsWith(".npy")) {
      others.push(name);
      return false;
    }
    if (seen.has(name)) throw new FormatError(`it holds ${name} twice`);
    seen.add(name);
    if (compression !== 0 && compression !== 8)
      throw new FormatError(`${name} is packed by method ${compression}; stored and deflated files can be read`);
    if (size > bytes.byteLength || (compression === 0 && originalSize !== size))
      throw new FormatError(
        `${name} is said to take ${size} bytes of ${originalSize}; the whole file has ${bytes.byteLength}`,
      );
    total += originalSize;
    if (total > mostBytes.ever || (total > mostBytes.always && total > mostBytes.perByte * bytes.byteLength))
      throw new FormatError(
        `its ${bytes.byteLength} bytes say that they unpack to ${total} or more, which is not believed`,
      );
    return true;
  };
  let files: Record<string, Uint8Array<ArrayBuffer>>;
  try {
    files = unzipSync(bytes, { filter: wanted }) as Record<string, Uint8Array<ArrayBuffer>>;
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`the archive is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (seen.size === 0)
    throw new FormatError(
      others.some((name) => name.endsWith(".pkl"))
        ? "it is a PyTorch file, which holds Python objects; save with numpy.savez or safetensors instead"
        : `the archive holds no .npy file${others[0] ? `, but ${others[0]}` : ""}`,
    );
  return files;
}
