import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { isMain } from "../../cpp/toolchain/process.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
};
const folders = {
  lib: join(import.meta.dirname, "../../dist/package"),
  pages: join(import.meta.dirname, "pages"),
};

/**
 * Other people's sites: /pages/ are their pages, /lib/ the package as they would serve it. The same answers come at localhost
 * and at 127.0.0.1, which are two origins; OTHER in a page is the one that it is not on. /isolated/ before a path
 * isolates the page, so that its memory can be measured.
 */
export const createHosts = () =>
  createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const [first, ...rest] = normalize(pathname).split("/").slice(1);
    const [place, ...path] = first === "isolated" ? rest : [first, ...rest];
    const [name, port] = request.headers.host.split(":");
    const other = `http://${name === "localhost" ? "127.0.0.1" : "localhost"}:${port}`;
    try {
      const file = join(folders[place], ...path);
      const body = readFileSync(file);
      response.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        ...(first === "isolated"
          ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }
          : {}),
      });
      response.end(place === "pages" ? body.toString().replaceAll("OTHER", other) : body);
    } catch {
      response.writeHead(404).end();
    }
  });

if (isMain(import.meta.url)) createHosts().listen(Number(process.env.HEED_HOSTS_PORT ?? 4188));
