/** The heads of a model on many texts, each read by itself. */
import { type AttentionKind, type HeadReport, type Run, type Spread, spreadOf } from "../../models/models";
import { encodeText, type Reading } from "./encode-text";
import { inputsOf } from "./model-inputs";
import type { PerformOptions } from "./perform-options";
import { type ScoreName, scoreNames, type Tasks } from "./protocol";

export async function readMany(
  reading: Reading,
  { texts, kind }: Tasks["many"]["request"],
  { signal, onProgress }: PerformOptions,
): Promise<Tasks["many"]["result"]> {
  const read: string[] = [];
  const reports: HeadReport[][][] = [];
  for (const [i, text] of texts.entries()) {
    onProgress({ loaded: i, total: texts.length });
    // An abort is heard.
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    const found = text.trim() === "" ? null : await reportsOf(text, reading, kind);
    if (!found) continue;
    read.push(text);
    reports.push(found);
  }
  if (read.length === 0) throw new Error(`the model reads none of the ${texts.length} lines`);
  const heads = await Promise.all(
    (reports[0] ?? []).map((layer, l) => Promise.all(layer.map((_, h) => spreads(reports.map((of) => of[l]?.[h]))))),
  );
  return { texts: read, skipped: texts.length - read.length, heads };
}

/** Of every head; null for a text that the model does not take. */
async function reportsOf(
  text: string,
  reading: Reading,
  kind: AttentionKind | undefined,
): Promise<HeadReport[][] | null> {
  const { model } = reading;
  const { input, names } = encodeText(reading, { text, second: "", added: [] });
  if (names.length === 0) return null;
  let run: Run;
  try {
    run = await model.run(inputsOf(input));
  } catch {
    return null;
  }
  try {
    const main = kind ?? (model.info.kind === "encoder" ? "encoder" : "decoder");
    const { heads = [] } = run.attentions().find((each) => each.kind === main) ?? {};
    return heads.map((_, layer) => run.reports(layer, names.length, main));
  } finally {
    run.close();
  }
}

async function spreads(reports: readonly (HeadReport | undefined)[]): Promise<Record<ScoreName, Spread>> {
  const of = async (name: ScoreName) =>
    [name, await spreadOf(Float64Array.from(reports, (report) => report?.[name] ?? Number.NaN))] as const;
  return Object.fromEntries(await Promise.all(scoreNames.map(of))) as Record<ScoreName, Spread>;
}
