/**
 * safetensors: the length of the header (8 bytes), a JSON header { name: { dtype, shape, data_offsets } }, the elements.
 * The rules are those of the reference implementation, https://github.com/huggingface/safetensors: a header of at most
 * 100 MB, no name twice, offsets without holes or overlaps from 0 to the end of the file.
 */
import { messageOf } from "../model/error-message";
import { type ElementType, elementTypes, toNumbers } from "./element-types";
import { endOfString, shown } from "./json-string";
import { isRecording } from "./recording/layout";
import { checkExtent, type DataFile, FormatError, Parts } from "./tensor";

const mostHeader = 100_000_000;
const { f2, bf2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8, b1, e4m3, e5m2 } = elementTypes;
const types: ReadonlyMap<string, ElementType> = new Map(
  Object.entries<ElementType>({
    F16: f2,
    BF16: bf2,
    F32: f4,
    F64: f8,
    I8: i1,
    I16: i2,
    I32: i4,
    I64: i8,
    U8: u1,
    U16: u2,
    U32: u4,
    U64: u8,
    BOOL: b1,
    F8_E4M3: e4m3,
    F8_E5M2: e5m2,
  }),
);

/** Text has no zero bytes; the length of any header that is allowed ends with four of them. */
export const isSafetensors = (bytes: Uint8Array) => bytes.byteLength >= 8 && bytes[6] === 0 && bytes[7] === 0;

/** A tensor as it lies in the file. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function readSafetensors(bytes: Uint8Array<ArrayBuffer>): DataFile {
  const { tensors, metadata } = storedTensors(bytes);
  // Its whole numbers are no weights without the steps of their rows.
  if (isRecording(metadata)) throw new FormatError("it is a recording of attention, which <heed-recording> shows");
  const parts = new Parts();
  for (const { name, dtype, shape, bytes: stored } of tensors)
    parts.add(name, () => {
      const type = types.get(dtype);
      if (!type)
        throw new FormatError(
          `${name} is of type ${dtype}; those that can be read are ${[...types.keys()].join(", ")}`,
        );
      return { name, shape, dtype, ...toNumbers(stored, type) };
    });
  return { ...parts.file(), labels: tokensOf(metadata) };
}

/** The tensors, in their order in the file, those of known types of the size that their shape takes, and what the header says beside them. */
export function storedTensors(bytes: Uint8Array<ArrayBuffer>): { tensors: StoredTensor[]; metadata: unknown } {
  if (bytes.byteLength < 8)
    throw new FormatError(`it has ${bytes.byteLength} bytes, and the length of a header takes 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  const room = bytes.byteLength - 8;
  if (length > mostHeader)
    throw new FormatError(`its header is said to have ${length} bytes; ${mostHeader} are allowed`);
  if (length > room) throw new FormatError(`its header is said to have ${length} bytes, but only ${room} follow`);
  const start = 8 + Number(length);
  const text = new TextDecoder().decode(bytes.subarray(8, start));
  const { __metadata__: metadata, ...entries } = parseHeader(text);
  const body = bytes.subarray(start);
  let end = 0;
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, entry));
  const tensors = places
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
    .map((place): StoredTensor => {
      const { name, dtype, shape, begin } = place;
      if (begin !== end) throw new FormatError(`${name} begins at byte ${begin}, but the one before it ends at ${end}`);
      if (place.end > body.byteLength)
        throw new FormatError(
          `${name} ends at byte ${place.end}, but the file has ${body.byteLength} after its header`,
        );
      const type = types.get(dtype);
      if (type) checkExtent(name, shape, dtype, type.size, place.end - begin);
      end = place.end;
      return { name, shape, dtype, bytes: body.subarray(begin, end) };
    });
  if (end !== body.byteLength)
    throw new FormatError(`its tensors end at byte ${end}, but the file has ${body.byteLength} after its header`);
  return { tensors, metadata };
}

function parseHeader(text: string): Record<string, unknown> {
  if (!text.startsWith("{")) throw new FormatError("its header is not JSON that begins with {");
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`its header is not JSON: ${messageOf(error)}`);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new FormatError(`its header names ${twice} twice`);
  return header;
}

/** JSON.parse keeps the last of equal keys; a valid text is searched for them. */
function repeatedKey(text: string): string | undefined {
  const objects: Set<string>[] = [];
  const token = /["{}]/g;
  const colon = /\s*:/y;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    if (found[0] === "{") objects.push(new Set());
    else if (found[0] === "}") objects.pop();
    else {
      const end = endOfString(text, found.index);
      token.lastIndex = end;
      colon.lastIndex = end;
      if (!colon.test(text)) continue;
      const key = JSON.parse(text.slice(found.index, end)) as string;
      if (objects.at(-1)?.has(key)) return key;
      objects.at(-1)?.add(key);
    }
  }
  return undefined;
}

function placeOf(name: string, entry: unknown) {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Record<string, unknown>;
  const areCounts = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((count) => Number.isSafeInteger(count) && count >= 0);
  if (typeof dtype !== "string") throw new FormatError(`${name} has no dtype`);
  if (!areCounts(shape)) throw new FormatError(`${name} has a shape ${shown(shape)}, not a list of lengths`);
  if (!areCounts(data_offsets) || data_offsets.length !== 2)
    throw new FormatError(`${name} has data_offsets ${shown(data_offsets)}, not a begin and an end`);
  const [begin, end] = data_offsets as [number, number];
  if (end < begin) throw new FormatError(`${name} begins at byte ${begin} and ends before it, at ${end}`);
  return { name, dtype, shape, begin, end };
}

/** Metadata are strings; lists of tokens are found where they are written as JSON. */
function tokensOf(metadata: unknown): Record<string, string[]> {
  if (!metadata || typeof metadata !== "object") return {};
  const lists = Object.entries(metadata).flatMap(([key, text]) => {
    if (typeof text !== "string" || !text.startsWith("[")) return [];
    try {
      const list: unknown = JSON.parse(text);
      const isText = Array.isArray(list) && list.every((item) => typeof item === "string");
      return isText ? [[key, list as string[]] as const] : [];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(lists);
}
