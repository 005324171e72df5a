import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { filesOf } from "../../web/build/offline.mjs";
import { fileFor, isolate, type SiteFile, type SiteRequest } from "../../web/src/hosts/offline/stored-site";

const scope = "https://example.org/some/folder/";
const file = (path: string): SiteFile => ({ path, integrity: "sha256-" });
const files = new Map(
  ["index.html", "explorer.html", "assets/a-1.js", "models/a.safetensors", "embed/heed-figures.js"].map((path) => [
    path,
    file(path),
  ]),
);

interface Asked {
  readonly method?: string;
  readonly mode?: RequestMode;
  readonly destination?: RequestDestination;
  readonly headers?: Headers;
}

const answered = (path: string, asked: Asked = {}) => {
  const request: SiteRequest = {
    url: new URL(path, scope).href,
    method: "GET",
    mode: "cors",
    destination: "",
    headers: new Headers(),
    ...asked,
  };
  return fileFor(request, scope, files)?.path;
};
const page = { mode: "navigate", destination: "document" } as const;

describe("what the service worker answers", () => {
  it("is a file of the site, and a page whatever its query says", () => {
    expect(answered("models/a.safetensors")).toBe("models/a.safetensors");
    expect(answered("?tokens=9#masks", page)).toBe("index.html");
    expect(answered("index.html", page)).toBe("index.html");
    expect(answered("explorer.html?model=induction", page)).toBe("explorer.html");
    expect(answered("explorer", page)).toBe("explorer.html");
  });

  it("is a file of an older version, known by the hash in its name", () =>
    expect(answered("assets/old-2.js")).toBe("assets/old-2.js"));

  it("leaves other origins, other folders and files that are not listed to the network", () => {
    expect(answered("https://huggingface.co/some/folder/index.html")).toBeUndefined();
    expect(answered("https://example.org/some/index.html")).toBeUndefined();
    expect(answered("models/b.safetensors")).toBeUndefined();
    expect(answered("elsewhere/", page)).toBeUndefined();
  });

  it("leaves parts of files, queries of files and other methods to the network", () => {
    expect(answered("models/a.safetensors", { headers: new Headers({ range: "bytes=0-7" }) })).toBeUndefined();
    expect(answered("models/a.safetensors?other")).toBeUndefined();
    expect(answered("models/a.safetensors", { method: "HEAD" })).toBeUndefined();
  });

  it("leaves frames to the network", () => {
    for (const destination of ["iframe", "frame", "object", "embed"] as const)
      expect(answered("index.html", { mode: "navigate", destination })).toBeUndefined();
  });
});

describe("isolation", () => {
  const html = { path: "index.html", canBeIsolated: true };
  const policies = (headers: Headers) => [
    headers.get("cross-origin-opener-policy"),
    headers.get("cross-origin-embedder-policy"),
  ];

  it("is asked for pages, and their workers take part in it", () => {
    expect(policies(isolate(new Headers(), html, "document"))).toEqual(["same-origin", "credentialless"]);
    expect(policies(isolate(new Headers(), file("assets/a-1.js"), "worker"))).toEqual([null, "credentialless"]);
    expect(policies(isolate(new Headers(), file("assets/a-1.js"), "script"))).toEqual([null, null]);
  });

  it("leaves what the host says of it", () => {
    const said = new Headers({
      "cross-origin-opener-policy": "unsafe-none",
      "cross-origin-embedder-policy": "require-corp",
    });
    expect(policies(isolate(said, html, "document"))).toEqual(["unsafe-none", "require-corp"]);
  });

  it("keeps the other headers", () => {
    const headers = isolate(new Headers({ "content-type": "text/html" }), html, "document");
    expect(headers.get("content-type")).toBe("text/html");
  });
});

describe("the list of files", () => {
  const folder = mkdtempSync(join(tmpdir(), "site-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const withPolicy = (policy: string) => `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;

  it("has each file with its hash, but for the worker and what is for other pages", () => {
    write("abc.txt", "abc");
    for (const path of ["service-worker.js", "embed/embed.html", "embed/heed-figures.js", "models/a.bin"])
      write(path, "");
    // The hash of "abc" in FIPS 180-2, as base64.
    const abc = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    expect(filesOf(folder).map(({ path }) => path)).toEqual(["abc.txt", "embed/heed-figures.js", "models/a.bin"]);
    expect(filesOf(folder)[0]).toEqual({ path: "abc.txt", integrity: abc });
  });

  it("says which pages may be isolated: those whose policy lets no frames in", () => {
    write("closed.html", withPolicy("default-src 'none'; script-src 'self'"));
    write("frames.html", withPolicy("default-src 'none'; frame-src https:"));
    write("open.html", withPolicy("script-src 'self'"));
    write("without.html", "<p>");
    const pages = filesOf(folder).filter(({ path }) => path.endsWith(".html"));
    expect(pages.map(({ path, canBeIsolated }) => [path, canBeIsolated])).toEqual([
      ["closed.html", true],
      ["frames.html", false],
      ["open.html", false],
      ["without.html", false],
    ]);
  });
});
