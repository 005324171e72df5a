/** What the service worker stores, and which requests it answers from that. */

/** A file of the site, as the build found it. */
export interface SiteFile {
  /** Relative to the site's own folder. */
  readonly path: string;
  /** As `fetch` checks it: "sha256-…". */
  readonly integrity: string;
  /** Of a page: whether its policy keeps everything from elsewhere out, so that isolation takes nothing from it. */
  readonly canBeIsolated?: boolean;
}

/** Names of the caches begin so; models that the explorer keeps are elsewhere. */
export const cachePrefix = "heed-site-";

/** The message that lets a newer version take over. */
export const useNow = "use this version now";

export type SiteRequest = Pick<Request, "method" | "url" | "mode" | "destination" | "headers">;

/** What answers a request. */
export type Answer = Pick<SiteFile, "path" | "canBeIsolated">;

/** Names in here have a hash of the contents, so a file of an older version, which an open page may ask for, is known by its name. */
const assets = "assets/";

/**
 * Which file answers a request; undefined where the network does: for other origins, for parts of files, for frames, and for
 * whatever is not among the site's own files. A page's query is state of the page, not another page.
 */
export function fileFor(request: SiteRequest, scope: string, files: ReadonlyMap<string, SiteFile>): Answer | undefined {
  if (request.method !== "GET" || request.headers.has("range")) return undefined;
  const { origin, pathname, search } = new URL(request.url);
  const address = `${origin}${pathname}`;
  if (!address.startsWith(scope)) return undefined;
  const path = decodeURI(address.slice(scope.length));
  if (request.mode !== "navigate") {
    if (search) return undefined;
    return files.get(path) ?? (path.startsWith(assets) ? { path } : undefined);
  }
  if (request.destination !== "document") return undefined;
  // Hosts differ in whether a page's address has an index.html or an ending.
  return path === "" ? files.get("index.html") : (files.get(path) ?? files.get(`${path}.html`));
}

/**
 * Headers that isolate a page, so that its threads may share memory, and that its workers need then. What the host itself says
 * of isolation is kept. `credentialless` lets in what comes from elsewhere without cookies, where `require-corp` would block it.
 */
export function isolate(headers: Headers, { canBeIsolated }: Answer, destination: RequestDestination): Headers {
  const isolated = new Headers(headers);
  const add = (name: string, value: string) => {
    if (!isolated.has(name)) isolated.set(name, value);
  };
  if (canBeIsolated) add("cross-origin-opener-policy", "same-origin");
  if (canBeIsolated || destination === "worker") add("cross-origin-embedder-policy", "credentialless");
  return isolated;
}
