/** Recordings, damaged at random: each must be read, and all of its heads decoded, or refused with FormatError, in little memory. */
import { type RecordedKind, scoreNames } from "../../web/src/formats/recording/layout";
import { readRecording } from "../../web/src/formats/recording/read-recording";
import { writeRecording } from "../../web/src/formats/recording/write-recording";
import { FormatError } from "../../web/src/formats/tensor";
import { mutate, randomFrom } from "./damage";

/** Of 8 bits and of 16, with a mask and without, of one part and of three. */
async function examples(): Promise<Uint8Array[]> {
  const part = (kind: RecordedKind, queries: number, keys: number, causal: boolean, hidden: boolean) => {
    const visible = Uint8Array.from({ length: queries * keys }, (_, i) =>
      (causal && i % keys > Math.floor(i / keys)) || (hidden && i === 0) ? 0 : 1,
    );
    const head = (index: number) => ({
      ...{ layer: index, head: 0, label: "other", visible },
      scores: Object.fromEntries(scoreNames.map((name) => [name, 0.5])) as Record<(typeof scoreNames)[number], number>,
      weights: Float32Array.from(visible, (seen, i) => (seen * ((i % 7) + 1)) / 8),
      entropy: new Float32Array(queries).fill(1),
    });
    const names = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
    const keyTokens = keys === queries ? {} : { keyTokens: names(keys) };
    const heads = [head(0), head(1)];
    const read = (index: number) => heads[index] as (typeof heads)[0];
    return { kind, causal, layers: 2, headsOfLayer: 1, queryTokens: names(queries), ...keyTokens, heads, read };
  };
  const three = [
    part("encoder", 3, 3, false, false),
    part("decoder", 2, 2, true, false),
    part("cross", 2, 3, false, true),
  ];
  const blobs = await Promise.all([
    writeRecording({ title: "a", source: "b", bits: 8, parts: [part("decoder", 5, 5, true, false)] }),
    writeRecording({ title: "a", source: "b", bits: 16, parts: three }),
  ]);
  return Promise.all(blobs.map(async (blob) => new Uint8Array(await blob.arrayBuffer())));
}

/** Damage to the file, to a number of a tensor, or to the text of its header, whose length is then said right. */
function damaged(file: Uint8Array, random: (below: number) => number): Uint8Array<ArrayBuffer> {
  const where = random(3);
  if (where === 0) return mutate(file, random);
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (where === 1) {
    const copy = new Uint8Array(file);
    copy[8 + length + random(file.length - 8 - length)] = random(256);
    return copy;
  }
  const header = mutate(file.subarray(8, 8 + length), random);
  const out = new Uint8Array(8 + header.length + file.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  out.set(header, 8);
  out.set(file.subarray(8 + length), 8 + header.length);
  return out;
}

/** Throws at the first file that ends in anything but heads or FormatError, or whose heads take more than 16 times its size. */
export async function fuzzRecordings(count: number, seed: number) {
  const random = randomFrom(seed);
  const files = await examples();
  const result = { read: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const bytes = damaged(files[random(files.length)] as Uint8Array, random);
    const complain = (what: string, cause?: unknown) =>
      new Error(`recording ${i} of seed ${seed}: ${what}; ${Buffer.from(bytes).toString("base64")}`, { cause });
    try {
      for (const { decode, heads, queryTokens, keyTokens } of readRecording(bytes).parts)
        for (const index of heads.keys()) {
          const { weights, errors, entropy, visibleKeys } = decode(index);
          if (weights.length !== queryTokens.length * keyTokens.length) throw complain(`${weights.length} weights`);
          if (4 * weights.length > 16 * bytes.length)
            throw complain(`${weights.length} weights of ${bytes.length} bytes`);
          for (const perQuery of [errors, entropy, visibleKeys])
            if (perQuery.length !== queryTokens.length)
              throw complain(`${perQuery.length} of ${queryTokens.length} rows`);
          if (!weights.every((weight) => weight >= 0)) throw complain("a weight below 0");
        }
      result.read++;
    } catch (error) {
      if (!(error instanceof FormatError)) throw complain(String(error), error);
      result.refused++;
    }
  }
  return result;
}
