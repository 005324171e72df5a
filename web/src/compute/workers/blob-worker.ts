/**
 * A worker whose script is this text. Throws, or fails by an error event, where a policy forbids it. The object URL of the
 * text is kept until the worker has said something, has failed, or is ended.
 */
export function startBlobWorker(text: string, options: WorkerOptions): Worker {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const revoke = () => URL.revokeObjectURL(url);
  let worker: Worker;
  try {
    worker = new Worker(url, options);
  } catch (error) {
    revoke();
    throw error;
  }
  for (const type of ["message", "error"]) worker.addEventListener(type, revoke, { once: true });
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    revoke();
    terminate();
  };
  return worker;
}
