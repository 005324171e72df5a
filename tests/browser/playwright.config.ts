import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { type FontSet, hasFontSets, layout, withFonts } from "./font-sets.mjs";

const port = Number(process.env.HEED_TEST_PORT ?? 4187);
const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROMIUM ?? installed.find((path) => existsSync(path));

const launchOptions = {
  ...(executablePath ? { executablePath } : {}),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
  ],
};

export const browserWith = (fonts: FontSet) => ({ launchOptions: { ...launchOptions, env: withFonts(fonts) } });

export default defineConfig({
  testDir: import.meta.dirname,
  globalSetup: "./global-setup.ts",
  outputDir: "../../build/test-reports/browser",
  snapshotPathTemplate: "{testDir}/pictures/{arg}{ext}",
  // One at a time: tests wait for what is computed on all processors.
  workers: 1,
  timeout: 30_000,
  // Says whether a test that failed always fails; `npm test` counts it as failed in any case.
  retries: 1,
  use: {
    baseURL: `http://localhost:${port}`,
    browserName: "chromium",
    viewport: { width: 1200, height: 900 },
    // It would answer what these tests answer by routes, or have fail; offline.spec.ts has it.
    serviceWorkers: "block",
  },
  projects: [
    { name: "liberation", use: browserWith("liberation") },
    ...(hasFontSets
      ? [
          { name: "dejavu", grep: new RegExp(layout), use: browserWith("dejavu") },
          { name: "wide letters", grep: new RegExp(layout), use: browserWith("wide") },
        ]
      : []),
  ],
  webServer: {
    command: `npx vite preview --config ../../web/vite.config.ts --port ${port} --strictPort`,
    cwd: import.meta.dirname,
    port,
    reuseExistingServer: true,
  },
});
