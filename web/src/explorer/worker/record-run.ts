/** Heads of a run as a recording: their weights, what is visible, entropies and scores, as the core computes them. */
import type { RecordedKind } from "../../formats/recording/layout";
import { writeRecording } from "../../formats/recording/write-recording";
import type { Run } from "../../models/models";
import type { HeadPlace, Progress, RecordRequest } from "./protocol";

interface Options {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Heads are computed one after the other; between them an abort is heard. */
export function recordRun(
  run: Pick<Run, "head" | "report">,
  { title, source, bits, heads, parts }: RecordRequest,
  { signal, onProgress }: Options,
): Promise<Blob> {
  const total = parts.length * heads.length;
  let loaded = 0;
  const read = (kind: RecordedKind) => async (index: number) => {
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    const { layer, head } = heads[index] as HeadPlace;
    const { weights, visible, entropy } = run.head(layer, head, kind);
    const { label, ...scores } = run.report(layer, head, 1, kind);
    onProgress({ loaded: ++loaded, total });
    return { label, scores, weights, visible, entropy };
  };
  const whole = parts.map((part) => ({ ...part, heads, read: read(part.kind) }));
  return writeRecording({ title, source, bits, parts: whole });
}
