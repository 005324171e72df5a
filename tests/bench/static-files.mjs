import { existsSync, readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Answers /NAME/PATH with the file PATH of the folder that is called NAME; `otherwise` is called for all else. */
export const staticFiles = (folders) => (request, response, otherwise) => {
  const [folder, ...path] = normalize(new URL(request.url, "http://localhost").pathname).slice(1).split("/");
  const file = folder in folders && join(folders[folder], ...path);
  if (!file || !existsSync(file)) return otherwise();
  response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
  response.end(readFileSync(file));
};
