export interface Fault {
  status?: number;
  body?: Uint8Array;
  /** Bytes after which the connection ends, of one answer after the other. */
  drop?: number[];
  bytesPerSecond?: number;
  delay?: number;
  noRanges?: boolean;
}

/** Faults of one file, and what there is to see of what was asked for: see hub.mjs. */
export interface Hub {
  address: string;
  storeAddress: string;
  /** What came in. */
  requests: { host: "hub" | "store"; method: string; path: string; range?: string; authorization?: string }[];
  /** By the file's name. */
  faults: Record<string, Fault>;
  models: Record<string, Record<string, Uint8Array>>;
  /** By the model's name, the token that it needs. */
  gated: Map<string, string>;
  /** Whether pages of other origins may read what it answers. */
  cors: boolean;
  close(): void;
}
export function startHub(models: Record<string, Record<string, Uint8Array>>): Promise<Hub>;
