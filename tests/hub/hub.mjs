/**
 * A hub on loopback with the routes of the real one, as its documentation and its answers show them: what there is in
 * /api/models/NAME/tree/REVISION, small files in /NAME/resolve/REVISION/FILE, large ones by a redirect from there to another origin,
 * with ranges. /folder/NAME/FILE is the same as a plain host gives it. Faults are told to it.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

/** Beyond this a file is kept elsewhere, as the hub does with what Git LFS holds. */
const large = 4096;

/** Kept, as large files are listed more than once. */
const hashes = new WeakMap();

function hashOf(algorithm, bytes, header = "") {
  const known = hashes.get(bytes) ?? {};
  known[algorithm] ??= createHash(algorithm).update(header).update(bytes).digest("hex");
  hashes.set(bytes, known);
  return known[algorithm];
}

/** Waits, as long as somebody waits for the response. */
function pause(milliseconds, response) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    response.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Sends bytes no faster than that. */
async function sendPaced(response, bytes, bytesPerSecond) {
  const start = performance.now();
  for (let at = 0; at < bytes.length && !response.destroyed; ) {
    const end = Math.min(bytes.length, at + 2 ** 18);
    if (!response.write(bytes.subarray(at, end))) {
      const over = new AbortController();
      await Promise.race(["drain", "close"].map((event) => once(response, event, { signal: over.signal })));
      over.abort();
    }
    at = end;
    const early = (1000 * at) / bytesPerSecond - (performance.now() - start);
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
  }
  response.end();
}

/** @param {Record<string, Record<string, Uint8Array>>} models - Their files by their names. */
export async function startHub(models) {
  /** What came in: { path, range, authorization, host: "hub" | "store" }. */
  const requests = [];
  /** By the file's name: { status, body, drop: [bytes after which the connection ends, …], etag, noRanges, noLength, delay, bytesPerSecond, errorCode }. */
  const faults = {};
  const hub = { requests, faults, models, gated: new Map(), cors: true };

  const note = (host, request) => {
    const { range, authorization } = request.headers;
    requests.push({ host, method: request.method, path: request.url, range, authorization });
  };
  const cors = () =>
    hub.cors
      ? {
          "Access-Control-Allow-Origin": "*",
          "Access-Control-Allow-Headers": "authorization, range",
          "Access-Control-Expose-Headers": "X-Repo-Commit,X-Error-Code,ETag,Link,Accept-Ranges,Content-Range",
        }
      : {};

  async function send(request, response, name, bytes, version) {
    const fault = hub.faults[name] ?? {};
    if (fault.delay) await pause(fault.delay, response);
    const status = typeof fault.status === "function" ? fault.status() : fault.status;
    if (status) {
      response.writeHead(status, { ...cors(), ...(fault.errorCode && { "X-Error-Code": fault.errorCode }) });
      return response.end(fault.body ?? "");
    }
    const body = fault.body ?? bytes;
    if (body === undefined) {
      response.writeHead(404, { ...cors(), "X-Error-Code": "EntryNotFound" });
      return response.end("Entry not found");
    }
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const isPart = from !== undefined && !fault.noRanges;
    const start = isPart ? Number(from) : 0;
    const end = isPart && to ? Math.min(Number(to) + 1, body.length) : body.length;
    response.writeHead(isPart ? 206 : 200, {
      ...cors(),
      ETag: fault.etag?.() ?? `"${version}"`,
      ...(!fault.noRanges && { "Accept-Ranges": "bytes" }),
      ...(isPart && { "Content-Range": `bytes ${start}-${end - 1}/${body.length}` }),
      ...(!fault.noLength && { "Content-Length": end - start }),
    });
    if (request.method === "HEAD") return response.end();
    if (fault.bytesPerSecond) return sendPaced(response, body.subarray(start, end), fault.bytesPerSecond);
    const drop = fault.drop?.shift();
    if (drop === undefined) return response.end(body.subarray(start, end));
    response.write(body.subarray(start, Math.min(end, start + drop)), () => response.destroy());
  }

  const store = createServer(async (request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(204, cors()).end();
    note("store", request);
    const [, model, name] = /^\/(.+)\/([^/?]+)\?/.exec(request.url) ?? [];
    await send(request, response, name, models[model]?.[name], "1");
  });

  const main = createServer(async (request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(204, cors()).end();
    note("hub", request);
    const path = decodeURIComponent(new URL(request.url, "http://hub").pathname);
    const [, plainModel, plainName] = /^\/folder\/(.+)\/([^/]+)$/.exec(path) ?? [];
    if (plainModel) return send(request, response, plainName, models[plainModel]?.[plainName], "1");
    const [, listed, revision] = /^\/api\/models\/(.+)\/tree\/(.+)$/.exec(path) ?? [];
    const [, resolved, at, name] = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const model = listed ?? resolved;
    const refuse = (status, code, text) => {
      response.writeHead(status, { ...cors(), "X-Error-Code": code });
      response.end(text);
    };
    // The real one does not tell strangers what there is.
    if (!models[model]) return refuse(401, "RepoNotFound", "Invalid username or password.");
    const needed = hub.gated.get(model);
    if (needed && resolved && request.headers.authorization !== `Bearer ${needed}`)
      return refuse(401, "GatedRepo", "Access to this model is restricted.");
    if (!["main", "v1"].includes(revision ?? at)) return refuse(404, "RevisionNotFound", "Invalid rev id");
    if (listed) {
      const entries = Object.entries(models[model]).map(([file, bytes]) => ({
        type: "file",
        oid: hashOf("sha1", bytes, `blob ${bytes.length}\0`),
        size: bytes.length,
        path: file,
        ...(bytes.length > large && { lfs: { oid: hashOf("sha256", bytes), size: bytes.length, pointerSize: 134 } }),
      }));
      return send(request, response, "tree", Buffer.from(JSON.stringify(entries)), "tree");
    }
    const bytes = models[model][name];
    if (bytes?.length > large && !hub.faults[name]?.here) {
      response.writeHead(302, {
        ...cors(),
        Location: `${hub.storeAddress}/${model}/${encodeURIComponent(name)}?Signature=secret`,
        "X-Repo-Commit": "0".repeat(40),
        "X-Linked-Size": bytes.length,
        "X-Linked-ETag": '"1"',
      });
      return response.end();
    }
    return send(request, response, name, bytes, "1");
  });

  for (const server of [main, store]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  hub.address = `http://127.0.0.1:${main.address().port}`;
  hub.storeAddress = `http://127.0.0.1:${store.address().port}`;
  hub.close = () => {
    for (const server of [main, store]) {
      server.closeAllConnections();
      server.close();
    }
  };
  return hub;
}
