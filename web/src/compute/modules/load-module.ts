import { exceptions, relaxedSimd, simd } from "wasm-feature-detect";
import { messageOf } from "../../model/error-message";

/** Why the core could not be loaded, in a sentence for readers. */
export class LoadError extends Error {
  /** "LoadError" */
  override name = "LoadError";
}

/** A module as it was built: the script that Emscripten wrote, and its WebAssembly for all engines and for those with relaxed SIMD. */
export interface BuiltModule<Module> {
  load: (options: { instantiateWasm: InstantiateWasm }) => Promise<Module>;
  plain: WebAssemblySource;
  relaxed: WebAssemblySource;
}

/** An address, or the bytes themselves where a build has them in its script. */
export type WebAssemblySource = URL | Promise<BufferSource>;

export type Addresses = Readonly<Record<"plain" | "relaxed", URL>>;

export type Compiled = WebAssembly.Module;

/** In a worker: asks the page for a module; null where it has none to give. */
let fromPage: ((address: URL) => Promise<Compiled | null>) | undefined;

export function takeModulesFrom(page: typeof fromPage): void {
  fromPage = page;
}

export type InstantiateWasm = (
  imports: WebAssembly.Imports,
  receive: (instance: WebAssembly.Instance, module: Compiled) => void,
) => object;

/** Compiles and starts a WebAssembly module. Throws LoadError. */
export async function startModule<Module>({ load, plain, relaxed }: BuiltModule<Module>): Promise<Module> {
  await checkEngine();
  const source = (await relaxedSimd()) ? relaxed : plain;
  const shared = source instanceof URL ? await fromPage?.(source) : null;
  const module = shared ?? (await (source instanceof URL ? compileOnce(source) : compile(source)));
  return new Promise((resolve, reject) => {
    const instantiateWasm: InstantiateWasm = (imports, receive) => {
      WebAssembly.instantiate(module, imports).then(
        // Threads instantiate the same module.
        (instance) => receive(instance, module),
        (error) => reject(new LoadError(`The WebAssembly core could not be started: ${messageOf(error)}.`)),
      );
      return {};
    };
    load({ instantiateWasm }).then(resolve, reject);
  });
}

/** A module started by the first call; where that failed, the next call tries again. */
export function startedOnce<Module>(start: () => Promise<Module>): () => Promise<Module> {
  let starting: Promise<Module> | undefined;
  return () => {
    starting ??= start().catch((error) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
}

async function checkEngine() {
  if (typeof WebAssembly === "undefined")
    throw new LoadError(
      "This browser has no WebAssembly, or it is switched off, and every number here is computed by it.",
    );
  if (!(await simd()) || !(await exceptions()))
    throw new LoadError(
      "This browser's WebAssembly is too old: it lacks SIMD or exceptions (Chrome 95, Firefox 100, Safari 16.4 and newer have both).",
    );
}

async function compile(source: WebAssemblySource): Promise<Compiled> {
  try {
    return await (source instanceof URL ? compileFrom(source) : WebAssembly.compile(await source));
  } catch (error) {
    if (error instanceof LoadError) throw error;
    throw new LoadError(
      /unsafe-eval|Content Security Policy|disallowed by embedder/i.test(messageOf(error))
        ? "This page's content security policy blocks WebAssembly; it needs 'wasm-unsafe-eval' in script-src."
        : `The WebAssembly core is damaged: ${messageOf(error)}.`,
    );
  }
}

async function compileFrom(url: URL): Promise<Compiled> {
  // Node's fetch does not read files. No bundler may find the module's name, which it would look for: put together so, none does.
  if (url.protocol === "file:" && typeof process === "object")
    return WebAssembly.compile(
      await (await import(/* @vite-ignore */ `${process.release.name}:fs/promises`)).readFile(url),
    );
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new LoadError(`The WebAssembly core (${fileOf(url)}) could not be fetched: ${messageOf(error)}.`);
  }
  if (!response.ok)
    throw new LoadError(
      `The WebAssembly core (${fileOf(url)}) could not be fetched: the server answered ${response.status}.`,
    );
  // While it comes, which hosts that do not know the type forbid.
  const isTyped = response.headers.get("content-type")?.startsWith("application/wasm");
  return isTyped ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

const compiled = new Map<string, Promise<Compiled>>();

/** A module at an address, compiled by the first call; where that failed, the next call tries again. Throws LoadError. */
export function compileOnce(url: URL): Promise<Compiled> {
  const known = compiled.get(url.href);
  if (known) return known;
  const compiling = compile(url);
  compiled.set(url.href, compiling);
  compiling.catch(() => compiled.delete(url.href));
  return compiling;
}

/** The address of the build that this engine takes. */
export const chosenBy = async ({ plain, relaxed }: Addresses): Promise<URL> =>
  (await relaxedSimd()) ? relaxed : plain;

const fileOf = (url: URL) => url.pathname.split("/").pop();
