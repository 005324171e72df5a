import type { ErrorKind } from "./requests";

/** The core's own message, or why it could not be loaded. */
export class EngineError extends Error {
  /** "EngineError" */
  override name = "EngineError";
  constructor(
    /** What went wrong: what was asked for, memory, loading, or something else. */
    readonly kind: ErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/** A newer request took the place of this one; nothing is wrong. */
export class Superseded extends Error {
  /** "Superseded" */
  override name = "Superseded";
}
