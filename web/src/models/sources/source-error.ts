/** What went wrong with where a model comes from. */
export type SourceFault =
  /** There is no network, or no such host. */
  | "network"
  /** The server does not let pages of other origins read its files. */
  | "cors"
  /** The model is gated or private. */
  | "gated"
  /** There is no such file or model. */
  | "missing"
  /** The server answers with an error of its own, or too many requests were sent. */
  | "server"
  /** The file became another while it was read. */
  | "changed"
  /** The bytes that came are not those that the hub has. */
  | "damaged"
  /** What is there is in a form that is not read. */
  | "format"
  /** The browser's storage is full. */
  | "quota";

/** A source that cannot be read. Its message is for a reader: what is wrong, and what can be done about it. */
export class SourceError extends Error {
  /** "SourceError". */
  override name = "SourceError";

  /** @internal */
  constructor(
    message: string,
    /** Of what kind it is. */
    readonly fault: SourceFault,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the same may succeed if it is tried again. */
  get canRetry(): boolean {
    return ["network", "server", "changed", "damaged"].includes(this.fault);
  }
}
