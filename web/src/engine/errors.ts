import type { ErrorKind } from "./protocol";

/** The core's own message, or why it could not be loaded. */
export class EngineError extends Error {
  override name = "EngineError";
  constructor(
    readonly kind: ErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/** A newer request took the place of this one; nothing is wrong. */
export class Superseded extends Error {
  override name = "Superseded";
}
