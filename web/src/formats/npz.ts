/** NumPy's .npz: a zip of .npy files, stored or deflated. */
import { readNpy } from "./npy";
import { type DataFile, FormatError, type NamedTensor } from "./tensor";
import { readDirectory, unpack, type ZipEntry } from "./zip";

/** What an archive may say that it unpacks to: always so much, and above that, so many times its own size. */
const mostBytes = { always: 2 ** 20, ever: 2 ** 31, perByte: 200 };

export const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] as number) < 8;

export function readNpz(bytes: Uint8Array<ArrayBuffer>): DataFile {
  const entries = readDirectory(bytes);
  const arrays = entries.filter(({ name }) => name.endsWith(".npy"));
  if (arrays.length === 0)
    throw new FormatError(
      entries.some(({ name }) => name.endsWith(".pkl"))
        ? "it is a PyTorch file, which holds Python objects; save with numpy.savez or safetensors instead"
        : `the archive holds no .npy file${entries[0] ? `, but ${entries[0].name}` : ""}`,
    );
  checkSizes(arrays, bytes.byteLength);
  const tensors: NamedTensor[] = [];
  const labels: Record<string, readonly string[]> = {};
  for (const entry of arrays) {
    const name = entry.name.replace(/\.npy$/, "");
    const array = readNpy(unpack(bytes, entry), name);
    if ("data" in array) tensors.push(array);
    else labels[name] = array;
  }
  return { tensors, labels };
}

/** Before anything is unpacked. */
function checkSizes(arrays: readonly ZipEntry[], available: number): void {
  const twice = arrays.find(({ name }, i) => arrays.findIndex((other) => other.name === name) < i);
  if (twice) throw new FormatError(`it holds ${twice.name} twice`);
  const total = arrays.reduce((sum, { size }) => sum + size, 0);
  if (total > mostBytes.ever || (total > mostBytes.always && total > mostBytes.perByte * available))
    throw new FormatError(`its ${available} bytes say that they unpack to ${total}, which is not believed`);
}
