import { watch } from "node:fs";
import { join } from "node:path";
import { main, prepare, repository } from "../cpp/toolchain/prepare.mjs";
import { say } from "../cpp/toolchain/process.mjs";
import { buildCore } from "./build/core.mjs";
import { chosenPort } from "./start.mjs";

/** Vite puts its styles and its overlay into the page inline, which the published page's policy forbids. */
const withoutPolicy = {
  name: "heed:without-policy",
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/i, ""),
};

function rebuildOnChange(server) {
  let building = false;
  let again = false;
  const rebuild = async () => {
    if (building) {
      again = true;
      return;
    }
    building = true;
    do {
      again = false;
      say("Rebuilding the core …");
      try {
        await buildCore();
        server.ws.send({ type: "full-reload" });
      } catch (error) {
        say(error.message);
        server.ws.send({ type: "error", err: { message: error.message, stack: "" } });
      }
    } while (again);
    building = false;
  };
  let timer;
  watch(join(repository, "cpp"), { recursive: true }, (_event, file) => {
    if (!/\.(h|cpp|cmake|txt)$/.test(file ?? "")) return;
    clearTimeout(timer);
    timer = setTimeout(rebuild, 100);
  });
}

await main(async () => {
  const port = chosenPort();
  await prepare();
  await buildCore();
  const { createServer } = await import("vite");
  const { siteConfig } = await import("./build/site.mjs");
  const server = await createServer({ ...siteConfig, plugins: [withoutPolicy], server: { port, host: "127.0.0.1" } });
  await server.listen();
  server.printUrls();
  rebuildOnChange(server);
});
