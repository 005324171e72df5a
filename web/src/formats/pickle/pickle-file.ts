/** A pickle by itself, as pickle.dump writes it: NumPy's arrays and lists of text, alone or in dictionaries, lists and tuples. */
import { type DataFile, FormatError, Parts } from "../tensor";
import { collect, unpickled } from "./collect";

export function readPickle(bytes: Uint8Array): DataFile {
  const parts = new Parts();
  collect(contentOf(bytes), parts, { size: bytes.byteLength });
  const file = parts.file();
  if (file.tensors.length === 0) throw new FormatError("its pickle holds no arrays");
  return file;
}

function contentOf(bytes: Uint8Array): unknown {
  try {
    return unpickled(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${error.message}; save its arrays with numpy.savez or as safetensors`);
  }
}
