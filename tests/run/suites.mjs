import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { prepare, repository } from "../../cpp/toolchain/prepare.mjs";
import { outputOf, say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { freePort } from "./free-port.mjs";
import { countFromReport, succeeds, tally } from "./programs.mjs";
import { ofCatch2, ofNode, ofPlaywright, ofVitest } from "./reports.mjs";

const node = process.execPath;
const tool = (name) => join(repository, "node_modules/.bin", name);

export const prepareForTests = () => prepare({ tests: true });

/** In the order in which they are run: what fails quickest first. Each returns what reports.mjs says, or { passed, failed }, or throws. */
export const suites = {
  format: async () =>
    tally([
      await succeeds("clang-format-19", ["--dry-run", "-Werror", ...sources(["cpp", "tests"], /\.(h|cpp)$/)]),
      await succeeds(tool("biome"), ["ci", "--error-on-warnings", ...(process.stdout.isTTY ? [] : ["--colors=off"])]),
    ]),
  build: async () => tally([await build().then(() => true)]),
  types: built(async () =>
    tally([
      await succeeds(tool("tsc"), ["--noEmit"]),
      // Complains of what is exported and not documented.
      await succeeds(tool("typedoc"), ["--emit", "none"]),
    ]),
  ),
  toolchain: () => nodeTests("tests/toolchain"),
  native: async () => sum([await catch2("native"), ...(await otherInstructionSets())]),
  // The address sanitizer ends the program where an allocation is too large, instead of throwing std::bad_alloc; and what
  // takes seconds optimised takes minutes under it.
  sanitize: () => catch2("sanitize", { filters: ["~[memory]~[long]"], shards: availableParallelism() }),
  // The thread sanitizer, of what is computed on several threads.
  threads: () => catch2("threads", { filters: ["[parallel]"] }),
  wasm: async () => sum([await catch2("wasm"), await relaxedKernels()]),
  // WebAssembly under the address and undefined-behaviour sanitizers: a short version of `npm run fuzz`.
  fuzz: () => nodeTests("tests/fuzz"),
  package: built(() => nodeTests("tests/package")),
  web: built(() =>
    countFromReport("web.json", tool("vitest"), {
      args: (report) => [
        "run",
        "--config",
        "tests/web/vitest.config.ts",
        "--reporter=default",
        "--reporter=json",
        `--outputFile=${report}`,
      ],
      count: ofVitest,
    }),
  ),
  browser: built((prepared) => playwright("browser", "HEED_TEST_PORT", prepared)),
  hosts: built((prepared) => playwright("hosts", "HEED_HOSTS_PORT", prepared)),
  firefox: built(() => nodeTests("tests/hosts")),
  readme: built(() => nodeTests("tests/readme")),
  library: () => nodeTests("tests/library"),
};

/** A suite that tests what `npm run build` makes, built first where it is run alone. */
function built(suite) {
  return async (prepared) => {
    await build();
    return suite(prepared);
  };
}

async function playwright(folder, portVariable, { browser }) {
  // A port of its own, so that a site served at the same time is neither tested instead nor stopped.
  const port = String(await freePort());
  return countFromReport(`${folder}.json`, tool("playwright"), {
    args: () => ["test", "--config", `tests/${folder}/playwright.config.ts`, "--reporter=list,json"],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report, CHROMIUM: browser, [portVariable]: port }),
    count: ofPlaywright,
  });
}

/** What depends on the kernels, with those of each lesser processor. */
async function otherInstructionSets() {
  await buildTarget("native", "heed_instruction_sets");
  const names = outputOf(join(repository, "build/native/cpp/tools/heed_instruction_sets")).split("\n").slice(1);
  const results = [];
  for (const name of names) {
    say(`With ${name}:`);
    results.push(await catch2("native", { filters: ["[differential]"], env: { HEED_KERNELS: name } }));
  }
  return results;
}

/** What depends on the kernels, with those for engines that have relaxed SIMD. Node 20 has it behind an option, later ones as it is. */
async function relaxedKernels() {
  const option = "--experimental-wasm-relaxed-simd";
  const isKnown = spawnSync(node, [option, "--eval", ""], { stdio: "ignore" }).status === 0;
  say("With relaxed SIMD:");
  const options = isKnown ? [option] : [];
  return catch2("wasm", { target: "heed_tests_relaxed", filters: ["[differential]"], options });
}

/** `shards`: how many programs share the test cases, at the same time; `options`: of Node, where it runs them. */
async function catch2(preset, { target = "heed_tests", filters = [], env = {}, shards = 1, options = [] } = {}) {
  await buildTarget(preset, target);
  const program = join(repository, "build", preset, "tests/cpp", target);
  const [command, ...first] = [...(starters[preset]?.(options) ?? []), preset === "wasm" ? `${program}.cjs` : program];
  const run = (shard) =>
    countFromReport(`${preset}-${shard}.txt`, command, {
      args: (report) => [
        ...[...first, ...filters, "--shard-count", String(shards), "--shard-index", String(shard)],
        ...["--reporter", "console", "--reporter", `automake::out=${report}`],
      ],
      env: () => ({ ...realModels, ...env }),
      count: ofCatch2,
    });
  const counts = sum(await Promise.all(Array.from({ length: shards }, (_, shard) => run(shard))));
  const { skipped } = counts;
  if (skipped > 0) say(`${skipped} skipped, and counted neither as passed nor as failed; the reasons are above.`);
  return counts;
}

/** What starts a preset's programs. */
const starters = {
  wasm: (options) => [node, ...options],
  /** The thread sanitizer does not know where a kernel of 2023 or later puts memory at random; some containers forbid to change that. */
  threads: () => {
    const option = "--addr-no-randomize";
    return spawnSync("setarch", [option, "true"], { stdio: "ignore" }).status === 0 ? ["setarch", option] : [];
  },
};

/** Models that others trained lie beside the clone, where there are any; HEED_MODELS names another folder. */
const modelsBeside = join(repository, "../shared/models");
const realModels = process.env.HEED_MODELS || !existsSync(modelsBeside) ? {} : { HEED_MODELS: modelsBeside };

const sum = (results) => ({
  passed: total(results, "passed"),
  failed: total(results, "failed"),
  skipped: total(results, "skipped"),
  names: results.flatMap(({ names }) => names),
});

const total = (results, key) => results.reduce((before, result) => before + result[key], 0);

function nodeTests(folder) {
  const files = sources([folder], /\.test\.mjs$/);
  // Without names, Node would look for tests everywhere.
  if (files.length === 0) return { passed: 0, failed: 0 };
  return countFromReport(`${folder.replace("/", "-")}.txt`, node, {
    args: (report) => [
      ...["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"],
      ...["--test-reporter=tap", `--test-reporter-destination=${report}`],
      ...files,
    ],
    count: ofNode,
  });
}

/** The project's files under `folders` whose names match; packages that benchmarks install are not its own. */
function sources(folders, pattern) {
  return folders
    .filter((folder) => existsSync(join(repository, folder)))
    .flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true })
        .filter((file) => pattern.test(file) && !/(^|[\\/])node_modules[\\/]/.test(file))
        .map((file) => join(folder, file)),
    );
}
