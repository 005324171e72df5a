import { join } from "node:path";
import { main, prepare, repository } from "../cpp/toolchain/prepare.mjs";
import { say } from "../cpp/toolchain/process.mjs";
import { buildCore } from "./build/core.mjs";
import { writeFigureLists } from "./build/figures.mjs";
import { chosenPort } from "./start.mjs";

/** Vite puts its styles and its overlay into the page inline, which the published page's policy forbids. */
const withoutPolicy = {
  name: "heed:without-policy",
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/i, ""),
};

/** Builds the core now and whenever its sources change; then the page reloads, or shows what the compiler said. */
function keepCoreBuilt(server) {
  const rebuild = async () => {
    say("Building the core …");
    try {
      await buildCore();
      say("Built the core.");
      server.ws.send({ type: "full-reload" });
    } catch (error) {
      say(error.message);
      server.ws.send({ type: "error", err: { message: error.message, stack: "" } });
    }
  };
  let last = rebuild();
  let timer;
  const sources = join(repository, "cpp");
  server.watcher.add(sources);
  server.watcher.on("all", (_event, file) => {
    if (!file.startsWith(sources) || !/\.(h|inc|cpp|cmake|txt)$/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(rebuild);
    }, 100);
  });
}

await main(async () => {
  const port = chosenPort();
  await prepare();
  await writeFigureLists();
  const { createServer } = await import("vite");
  const { siteConfig } = await import("./build/site.mjs");
  const server = await createServer({ ...siteConfig, plugins: [withoutPolicy], server: { port, host: "127.0.0.1" } });
  await server.listen();
  server.printUrls();
  keepCoreBuilt(server);
});
