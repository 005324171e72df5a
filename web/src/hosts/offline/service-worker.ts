/** The service worker of the site: it stores every file of one version, and answers from them. */
import { files, version } from "virtual:site";
import { type Answer, cachePrefix, fileFor, isolate, useNow } from "./stored-site";

interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface RequestEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/** What a service worker's global scope offers, as far as it is needed here. */
interface ServiceWorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", receive: (event: LastingEvent) => void): void;
  addEventListener(type: "fetch", receive: (event: RequestEvent) => void): void;
  addEventListener(type: "message", receive: (event: MessageEvent) => void): void;
}

const worker = self as unknown as ServiceWorkerScope;
const { scope } = worker.registration;
const cacheName = `${cachePrefix}${version}`;
const byPath = new Map(files.map((file) => [file.path, file]));

worker.addEventListener("install", (event) => event.waitUntil(storeAll()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
// No `origin` to check: only pages of this origin can post to it.
worker.addEventListener("message", ({ data }) => {
  if (data === useNow) void worker.skipWaiting();
});
worker.addEventListener("fetch", (event) => {
  const file = fileFor(event.request, scope, byPath);
  if (file) event.respondWith(answer(event.request, file));
});

/** One file after the other, so that what the reader does meanwhile has the network; all of them, or none. */
async function storeAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  try {
    for (const { path, integrity } of files) {
      const url = new URL(path, scope);
      // The hash refuses a file of another version, as a host has for a moment while it gets a new one.
      const response = await fetch(url, { integrity, cache: "no-cache", priority: "low" });
      if (!response.ok) throw new Error(`${path} could not be fetched: the server answered ${response.status}`);
      await cache.put(url, response);
    }
  } catch (error) {
    await caches.delete(cacheName);
    throw error;
  }
}

/** Pages that are open still ask for files of the version before, so that one is kept; caches are named in the order they were made. */
async function takeOver(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answer(request: Request, file: Answer): Promise<Response> {
  const url = new URL(file.path, scope);
  const stored =
    (await caches.match(url, { cacheName })) ?? (byPath.has(file.path) ? undefined : await caches.match(url));
  // The browser, or the reader, may have deleted it.
  const response = stored ?? (await fetch(request));
  // That a host redirected to it would keep it from being a page.
  return new Response(response.body, {
    status: response.status,
    statusText: response.statusText,
    headers: isolate(response.headers, file, request.destination),
  });
}
