import { nodeWorkers } from "./node-workers";

/** What the script of Emscripten looks for in the scope of a worker. */
interface ThreadScope {
  name: string;
  onmessage?: ((event: { data: unknown }) => void) | null;
  importScripts?: () => void;
}

/** Before the module is loaded, which finds out by the name of its worker whether it is a thread. */
export function becomeThread(): void {
  const scope = globalThis as unknown as ThreadScope;
  const parentPort = scope.importScripts ? null : nodeWorkers()?.parentPort;
  if (parentPort) {
    // Node's workers are given what those of browsers have.
    parentPort.on("message", (data) => scope.onmessage?.({ data }));
    Object.assign(scope, {
      self: scope,
      location: { href: "" },
      importScripts: () => {},
      postMessage: (message: unknown) => parentPort.postMessage(message),
    });
  }
  scope.name = "em-pthread";
}
