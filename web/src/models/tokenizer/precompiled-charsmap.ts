import type { AlignedText, Change } from "./aligned-text";

/** A double array, as sentencepiece writes one: units of 32 bits, and the replacements, each ending with a zero byte. */
interface CharacterMap {
  units: Uint32Array;
  replacements: Uint8Array;
}

/** Sentencepiece's own normalisation: which characters, or clusters of them, are replaced by what. */
export function precompiledNormalizer(base64: string, name: string): (text: AlignedText) => AlignedText {
  const map = readMap(base64, name);
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

  /** What replaces the shortest beginning of `part` that is in the map; the rest of `part` is dropped, as in the original. */
  const replacement = (part: string): string | undefined => {
    const index = firstMatch(map.units, encoder.encode(part));
    if (index === undefined || index >= map.replacements.length) return undefined;
    const end = map.replacements.indexOf(0, index);
    return decoder.decode(map.replacements.subarray(index, end < 0 ? undefined : end));
  };

  return (text) => {
    const changes: Change[] = [];
    const replace = (part: string) => {
      const made = replacement(part);
      if (made === undefined) return false;
      const old = Array.from(part).length;
      const characters = Array.from(made);
      text.checkLength(changes.length + characters.length);
      for (const [i, character] of characters.entries()) changes.push([character, i < old ? 0 : 1]);
      const last = changes.at(-1);
      if (characters.length < old && last) changes[changes.length - 1] = [last[0], last[1] + characters.length - old];
      return true;
    };
    for (const { segment } of clusters.segment(text.text)) {
      if (encoder.encode(segment).length < 6 && replace(segment)) continue;
      for (const character of segment) if (!replace(character)) changes.push([character, 0]);
    }
    return text.transform(changes);
  };
}

function readMap(base64: string, name: string): CharacterMap {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new Error(`${name} is not base64`);
  }
  const view = new DataView(bytes.buffer);
  const size = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (size === 0 || size % 4 !== 0 || size > bytes.length - 4)
    throw new Error(`${name} has ${bytes.length} bytes but says that ${size} are units`);
  return {
    units: Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true)),
    replacements: bytes.subarray(4 + size),
  };
}

/** The value of the shortest key that `key` begins with. Units beyond the array match nothing. */
function firstMatch(units: Uint32Array, key: Uint8Array): number | undefined {
  const offset = (unit: number) => (unit >>> 10) << ((unit & 512) >>> 6);
  let at = offset(units[0] ?? 0);
  for (const byte of key) {
    if (byte === 0) return undefined;
    at ^= byte;
    const unit = units[at >>> 0];
    if (unit === undefined || (unit & 0x800000ff) !== byte) return undefined;
    at ^= offset(unit);
    const hasLeaf = (unit >>> 8) & 1;
    const leaf = units[at >>> 0];
    if (hasLeaf && leaf !== undefined) return leaf & 0x7fffffff;
  }
  return undefined;
}
