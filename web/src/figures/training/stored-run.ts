/** The last run of training, kept in this browser so that it survives a reload. */
import type { Checkpoint } from "../../compute/training/training-protocol";
import type { RunHistory } from "./run-history";
import type { TrainingState } from "./training-state";

export interface StoredRun {
  readonly state: TrainingState;
  readonly history: RunHistory;
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** A checkpoint: the network and the optimiser's state. */
  readonly bytes: Uint8Array;
}

/** What is larger is not kept: a browser gives a page only so much. */
const mostBytes = 64e6;
const store = "runs";
const key = "last";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("heed-training", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("the browser's storage is taken"));
  });
}

async function transact<Result>(
  mode: IDBTransactionMode,
  act: (runs: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Where nothing can be kept (a private window, no room), nothing is: training goes on without. */
export const storedRun = {
  read: (): Promise<StoredRun | null> =>
    transact<unknown>("readonly", (runs) => runs.get(key)).then(
      (run) => (isKeptRun(run) ? run : null),
      () => null,
    ),
  write: async (run: StoredRun): Promise<boolean> =>
    run.bytes.byteLength <= mostBytes &&
    transact("readwrite", (runs) => runs.put(run, key)).then(
      () => true,
      () => false,
    ),
  remove: (): Promise<void> => transact("readwrite", (runs) => runs.delete(key)).catch(() => undefined),
};

/** What an older version of the page kept may have another form. */
function isKeptRun(run: unknown): run is StoredRun {
  const { bytes, history, state, step } = (run ?? {}) as Partial<StoredRun>;
  return (
    bytes instanceof Uint8Array &&
    typeof step === "number" &&
    typeof state?.task === "string" &&
    Array.isArray(history?.checkpoints) &&
    history.checkpoints.every(isEvaluated) &&
    Array.isArray(history.batches)
  );
}

function isEvaluated(checkpoint: unknown): boolean {
  const { evaluation } = (checkpoint ?? {}) as Partial<Checkpoint>;
  return Array.isArray(evaluation?.heads) && evaluation.heads.flat().every((head) => head?.label);
}
