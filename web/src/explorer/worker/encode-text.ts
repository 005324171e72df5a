/** Texts to the tokens of a model: one text, a pair of them, or an encoder's and a decoder's. */
import type { Model } from "../../models/models";
import { partOf } from "./context-part";
import type { EncodedText, Tasks } from "./protocol";
import { idsAsText, type TextReader } from "./text-reader";
import { withOthers } from "./words-of-tokens";

/** A model, and what reads its texts. */
export interface Reading {
  readonly model: Model;
  readonly reader: TextReader;
}

type TextToEncode = Omit<Tasks["encode"]["request"], "run">;

export function encodeText({ model, reader }: Reading, given: TextToEncode): EncodedText {
  const { text, second, added, from = null } = given;
  const { kind, context } = model.info;
  if (kind === "image") return { input: { ids: [] }, names: [], unknown: [] };
  if (kind === "encoder-decoder") return encodeBoth({ model, reader }, given);
  const addedNames = added.map((id) => reader.nameOf(id));
  const pair = kind === "encoder" && second !== "" ? second : undefined;
  const { ids, names, unknown, words, typeIds, sequenceIds, around } = reader.read(text, pair);
  const types = typeIds && [...typeIds, ...added.map(() => typeIds.at(-1) ?? 0)];
  const whole: EncodedText = {
    input: { ids: [...ids, ...added], ...(types && { typeIds: types }) },
    names: [...names, ...addedNames],
    unknown,
    ...(words && { words: withOthers(0, words, addedNames) }),
    ...(sequenceIds && { sequenceIds }),
    ...(around && added.length === 0 && { around }),
  };
  // Of a pair no part is a pair.
  return from === null || pair !== undefined ? whole : partOf(whole, from, context);
}

/** Of an encoder and of a decoder. */
function encodeBoth({ model, reader }: Reading, { text, second, added }: TextToEncode): EncodedText {
  const { decoderStart = 0 } = model.info;
  const { ids, names, unknown, words } = reader.read(text);
  const target = reader.readBare(second);
  const addedNames = added.map((id) => reader.nameOf(id));
  // Numbers are taken as they are typed.
  const start = reader === idsAsText && target.ids.length > 0 ? [] : [decoderStart];
  return {
    input: { ids, targetIds: [...start, ...target.ids, ...added] },
    names,
    targetNames: [...start.map((id) => reader.nameOf(id)), ...target.names, ...addedNames],
    ...(words && { words }),
    ...(target.words && { targetWords: withOthers(start.length, target.words, addedNames) }),
    unknown: [...unknown, ...target.unknown],
  };
}
