import { messageOf } from "../model/error-message";
import { LoadError } from "./modules/load-module";
import type { ErrorKind } from "./requests";

/** What a worker says of an error. */
export function failureOf(error: unknown): { kind: ErrorKind; message: string } {
  const kind = error instanceof LoadError ? "load" : error instanceof RangeError ? "memory" : "input";
  return { kind, message: messageOf(error) };
}
