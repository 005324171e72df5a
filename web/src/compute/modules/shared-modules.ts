/** WebAssembly that the page compiles once and hands to its workers, each of which would fetch and compile it by itself. */
import type { Addresses, Compiled } from "./load-module";

/** The first message to a worker: the port at which it asks for modules by their addresses. */
export interface ModulesMessage {
  readonly modules: MessagePort;
}

/** A module, or null where the page cannot compile it. */
export interface ModuleAnswer {
  readonly address: string;
  readonly module: Compiled | null;
}

/** What compiles comes when a worker is started: a page whose figures are not yet near needs none of it. */
const compileOnce = async (address: URL) => (await import("./load-module")).compileOnce(address);

/** Begins to compile the build that this engine takes, while a worker's script comes. What goes wrong the worker says, which tries again. */
export function compileEarly(addresses: Addresses): void {
  import("./load-module")
    .then(({ chosenBy }) => chosenBy(addresses))
    .then(compileOnce)
    .catch(() => {});
}

/** Gives a worker that was just started what the page compiles. */
export function shareModules<Started extends Pick<Worker, "postMessage">>(
  worker: Started,
  compile = compileOnce,
): Started {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async ({ data }: MessageEvent<string>) => {
    const module = await compile(new URL(data)).catch(() => null);
    port1.postMessage({ address: data, module } satisfies ModuleAnswer);
  };
  worker.postMessage({ modules: port2 } satisfies ModulesMessage, [port2]);
  return worker;
}
