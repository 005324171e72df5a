import { defineConfig } from "vitest/config";

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: "../../node_modules/.vite",
  // Nothing here is timed: a busy machine takes many times longer.
  test: { environment: "node", include: ["**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
