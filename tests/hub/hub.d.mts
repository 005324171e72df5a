/** Faults of one file, and what there is to see of what was asked for: see hub.mjs. */
export interface Hub {
  address: string;
  storeAddress: string;
  /** What came in. */
  requests: { host: "hub" | "store"; method: string; path: string; range?: string; authorization?: string }[];
  /** Whether pages of other origins may read what it answers. */
  cors: boolean;
  close(): void;
}
export function startHub(models: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>): Promise<Hub>;
