/** The built site on a host that sends no headers of its own, in a sub-folder, and that can be changed and stopped. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";

const site = join(import.meta.dirname, "../../dist/site");
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export class SiteServer {
  /** Files that are other than those of the site: its next version. */
  readonly changed = new Map<string, string>();
  /** What was asked for, as paths within the site. */
  readonly requests: string[] = [];
  #server: Server | undefined;

  /** @param headers  what every answer has besides its type */
  constructor(private readonly headers: Readonly<Record<string, string>> = {}) {}

  /** The address of the site, once `start` has been called. */
  address = "";

  /** On the port that it had before, if it had one. */
  async start(): Promise<void> {
    const port = this.address ? Number(new URL(this.address).port) : 0;
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const path = pathname.replace(/^\/some\/folder\//, "").replace(/^$|\/$/, "$&index.html");
      this.requests.push(path);
      const file = join(site, path);
      const text = this.changed.get(path);
      if (text === undefined && !(existsSync(file) && statSync(file).isFile())) return response.writeHead(404).end();
      for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
      response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
      return response.end(text ?? readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
    const at = server.address();
    this.address = `http://localhost:${typeof at === "object" && at ? at.port : 0}/some/folder/`;
    this.#server = server;
  }

  /** Whoever asks then finds no host. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  file(path: string): string {
    return this.changed.get(path) ?? readFileSync(join(site, path), "utf8");
  }
}
