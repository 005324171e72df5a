import { defineConfig } from "@playwright/test";
import browser, { browserWith } from "../browser/playwright.config";

const port = Number(process.env.HEED_HOSTS_PORT ?? 4188);

export default defineConfig({
  ...browser,
  testDir: import.meta.dirname,
  globalSetup: "../browser/global-setup.ts",
  testMatch: "*.spec.ts",
  outputDir: "../../build/test-reports/hosts",
  use: { ...browser.use, baseURL: `http://localhost:${port}/pages/` },
  projects: [{ name: "liberation", use: browserWith("liberation") }],
  webServer: {
    command: "node server.mjs",
    cwd: import.meta.dirname,
    env: { HEED_HOSTS_PORT: String(port) },
    port,
    reuseExistingServer: true,
  },
});
