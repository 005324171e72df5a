import { join } from "node:path";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { staticFiles } from "./static-files.mjs";

/**
 * Calls `use(browser, address)` with headless Chromium and the address of an empty page that can import the site's sources
 * (/src/…) and the files of `folders` (/NAME/…).
 */
export async function withEnginePage(use, folders = {}) {
  const { createServer } = await import("vite");
  const plugin = {
    name: "bench",
    configureServer: ({ middlewares }) => {
      middlewares.use("/blank", answerBlank);
      middlewares.use(staticFiles(folders));
    },
  };
  const server = await createServer({
    configFile: join(repository, "web/vite.config.ts"),
    root: join(repository, "web"),
    logLevel: "warn",
    plugins: [plugin],
    server: { port: 0, host: "127.0.0.1", watch: null },
  });
  await server.listen();
  const { chromium } = await import("@playwright/test");
  const executablePath = await findBrowser("chromium");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
  try {
    return await use(browser, `http://127.0.0.1:${server.httpServer.address().port}/blank`);
  } finally {
    await browser.close();
    await server.close();
  }
}

function answerBlank(_request, response) {
  response.setHeader("content-type", "text/html");
  response.end("<!doctype html><title>blank</title>");
}
