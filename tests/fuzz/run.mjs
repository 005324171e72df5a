/** npm run fuzz -- [COUNT] [SEED]: a million damaged files by default. */
import { join } from "node:path";
import { runnerImport } from "vite";

const [count = 1_000_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const { module } = await runnerImport(join(import.meta.dirname, "formats.ts"));
const start = performance.now();
const { read, refused, slowest } = module.fuzzFormats(count, seed);
const seconds = ((performance.now() - start) / 1000).toFixed(0);
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `seed ${seed}: ${count} files, ${read} read, ${refused} refused, the slowest in ${slowest.toFixed(0)} ms; ${seconds} s, at most ${memory} MB`,
);
