/** NumPy's .npz: a zip of .npy files, stored or deflated, under any names. */
import { readTorch } from "./late-readers";
import { isNpy, readNpy } from "./npy";
import { type DataFile, FormatError, Parts } from "./tensor";
import { readDirectory, unpack, type ZipEntry } from "./zip";

/** What an archive may say that it unpacks to: always so much, and above that, so many times its own size. */
const mostBytes = { always: 2 ** 20, ever: 2 ** 31, perByte: 200 };

export const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] as number) < 8;

/** What macOS adds to archives: attributes of files ("AppleDouble"), and of folders. */
const isOfMacOs = ({ name }: ZipEntry) => /(^|\/)(__MACOSX\/|\._|\.DS_Store$)/.test(name);

/** An archive of NumPy's, or of PyTorch's. */
export async function readArchive(bytes: Uint8Array<ArrayBuffer>): Promise<DataFile> {
  const entries = readDirectory(bytes).filter((entry) => !isOfMacOs(entry) && !entry.name.endsWith("/"));
  if (entries.some(({ name }) => name.endsWith("/data.pkl"))) {
    checkSizes(entries, bytes.byteLength);
    return readTorch(bytes, entries);
  }
  const named = entries.filter(({ name }) => name.endsWith(".npy"));
  const arrays = named.length > 0 ? named : entries;
  checkSizes(arrays, bytes.byteLength);
  const parts = new Parts();
  for (const entry of arrays) {
    const name = entry.name.replace(/\.npy$/, "");
    await parts.addLater(name, async () => {
      const content = unpack(bytes, entry);
      if (!entry.name.endsWith(".npy") && !isNpy(content))
        throw new FormatError(`the archive holds no .npy file, but ${entry.name}`);
      return readNpy(content, name);
    });
  }
  if (arrays.length === 0) throw new FormatError("the archive holds no .npy file");
  return parts.file();
}

/** Before anything is unpacked. */
function checkSizes(arrays: readonly ZipEntry[], available: number): void {
  const names = new Set<string>();
  for (const { name } of arrays) {
    if (names.has(name)) throw new FormatError(`it holds ${name} twice`);
    names.add(name);
  }
  const total = arrays.reduce((sum, { size }) => sum + size, 0);
  if (total > mostBytes.ever || (total > mostBytes.always && total > mostBytes.perByte * available))
    throw new FormatError(`its ${available} bytes say that they unpack to ${total}, which is not believed`);
}
