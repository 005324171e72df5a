/** WebAssembly that the page compiles once and hands to its workers, each of which would fetch and compile it by itself. */
import { type Compiled, compileOnce, takeModulesFrom } from "./load-module";

/** The first message to a worker: the port at which it asks for modules by their addresses. */
interface ModulesMessage {
  readonly modules: MessagePort;
}

/** A module, or null where the page cannot compile it. */
interface ModuleAnswer {
  readonly address: string;
  readonly module: Compiled | null;
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

/** In a worker: takes the port before anything else listens. */
export function receiveModules(scope: Pick<EventTarget, "addEventListener">, take = takeModulesFrom): void {
  scope.addEventListener("message", (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (typeof data !== "object" || data === null || !("modules" in data)) return;
    event.stopImmediatePropagation();
    take(modulesFrom((data as ModulesMessage).modules));
  });
}

/** Asks the page at the other end of a port. What cannot be handed over is null too: the worker then compiles it itself. */
function modulesFrom(port: MessagePort): (address: URL) => Promise<Compiled | null> {
  const waiting = new Map<string, (module: Compiled | null) => void>();
  port.onmessage = ({ data }: MessageEvent<ModuleAnswer>) => waiting.get(data.address)?.(data.module);
  port.onmessageerror = () => {
    for (const resolve of waiting.values()) resolve(null);
  };
  return ({ href }) =>
    new Promise((resolve) => {
      waiting.set(href, resolve);
      port.postMessage(href);
    });
}
