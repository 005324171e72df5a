import { type Compiled, takeModulesFrom } from "./load-module";
import type { ModuleAnswer, ModulesMessage } from "./shared-modules";

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
