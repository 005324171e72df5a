import { join } from "node:path";
import { main, repository } from "../cpp/toolchain/prepare.mjs";
import { isMain, SetupError, say } from "../cpp/toolchain/process.mjs";
import { siteFolder } from "./build/folders.mjs";
import { build } from "./build.mjs";

/**
 * Headers that isolate the site's pages, so that the threads of a model may share memory. What other pages take from the site comes without them.
 * `credentialless` lets in what comes from elsewhere without cookies, where `require-corp` would block it.
 */
const isolation = {
  name: "isolation",
  configurePreviewServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      if (!request.url.startsWith("/embed/")) {
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Embedder-Policy", "credentialless");
      }
      next();
    });
  },
};

/** Serves the built site; the next free port if `port` is taken. Returns the address and a way to stop. */
export async function serve(port) {
  const { preview } = await import("vite");
  const server = await preview({
    configFile: false,
    root: repository,
    // No page is made up for an address that isn't there.
    appType: "mpa",
    logLevel: "warn",
    plugins: [isolation],
    build: { outDir: join(repository, siteFolder) },
    preview: { port, host: "127.0.0.1", strictPort: false },
  });
  const actual = server.httpServer.address().port;
  return { port: actual, address: `http://localhost:${actual}/`, stop: () => server.close() };
}

export function chosenPort() {
  const { PORT = "4173" } = process.env;
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new SetupError(`PORT is "${PORT}"; it must be a whole number from 0 to 65535.`);
  return port;
}

if (isMain(import.meta.url))
  await main(async () => {
    const port = chosenPort();
    await build();
    const server = await serve(port);
    if (port !== 0 && server.port !== port) say(`Port ${port} is taken.`);
    say(`Heed is at ${server.address}`);
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
  });
