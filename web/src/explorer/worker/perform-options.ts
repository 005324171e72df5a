import type { Progress } from "./protocol";

/** How a task is ended, and told of. */
export interface PerformOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}
