/** Heads of a run as a recording: their weights, what is visible, entropies and scores, as the core computes them. */
import { writeRecording } from "../../formats/recording/write-recording";
import type { Run } from "../../models/models";
import type { PartToAsk, Progress, RecordRequest } from "./protocol";

interface Options {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Heads are computed one after the other; between them an abort is heard. */
export function recordRun(
  run: Pick<Run, "head" | "report">,
  { title, source, bits, parts }: RecordRequest,
  { signal, onProgress }: Options,
): Promise<Blob> {
  const total = parts.reduce((sum, { heads }) => sum + heads.length, 0);
  let loaded = 0;
  const read =
    ({ kind, heads }: PartToAsk) =>
    async (index: number) => {
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      const { layer, head } = heads[index] as PartToAsk["heads"][number];
      const { weights, visible, entropy } = run.head(layer, head, kind);
      const { label, ...scores } = run.report(layer, head, 1, kind);
      onProgress({ loaded: ++loaded, total });
      return { label, scores, weights, visible, entropy };
    };
  const whole = parts.map((part) => ({ ...part, read: read(part) }));
  return writeRecording({ title, source, bits, parts: whole });
}
