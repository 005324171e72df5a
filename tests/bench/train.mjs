import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { ensureNodePackages } from "../../cpp/toolchain/node-packages.mjs";
import { main, prepare } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { heedProgram, torchProgram } from "./contenders/training_programs.mjs";
import { withEnginePage } from "./engine-page.mjs";
import { machine, option, table, writeJson } from "./report.mjs";
import { summary } from "./rounds.mjs";

const here = import.meta.dirname;
const startFile = "start.safetensors";
const stepsCompared = 150;
/**
 * All calculate in float32, each in its own order: 150 steps, which take the loss from 3.9 to 0.15 through the forming of the
 * induction head, make 1e-6 (50 steps), then 1e-4 of it. Without weight decay it is 6e-3, without clipping 1e-1; a norm's ε ten
 * times as small would not show.
 */
const tolerance = 1e-3;
const secondsOfTurn = 0.05;

/**
 * `npm run bench:train [-- --json FILE] [--rounds N]`: one step of the default training run (2 layers, 4 heads, width 64,
 * attention only, 32 sequences of 32 tokens) by Heed natively, PyTorch where it is installed, and Heed (in a worker) and
 * TensorFlow.js in one page of headless Chromium; one thread each. All begin with the same weights and batches, and unless
 * their losses agree nothing is timed. On a busy machine the best turns say most.
 */
await main(async () => {
  await build();
  await prepare();
  await ensureNodePackages(here);
  await buildTarget("native", "heed_bench_train");
  const folder = mkdtempSync(join(tmpdir(), "heed-bench-"));
  const file = join(folder, startFile);
  const heed = heedProgram();
  let torch;
  try {
    await heed.ask(`export ${file} ${stepsCompared}`);
    torch = await torchProgram(file);
    if (!torch) say("PyTorch is not installed (on Debian: python3-torch); the others go on without it.");
    await bundleTfjs(join(folder, "tfjs.mjs"));
    const folders = { bench: here, peers: join(here, "node_modules"), made: folder };
    await withEnginePage(async (browser, address) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(0);
      await page.goto(address);
      const contenders = {
        native: heed,
        ...(torch && { torch }),
        chromium: inPage(page, "heed", "Heed, Chromium"),
        tfjs: inPage(page, "tfjs", "tfjs-wasm, Chromium"),
      };
      const { version: tfjs } = JSON.parse(readFileSync(join(folders.peers, "@tensorflow/tfjs-core/package.json")));
      const versions = { heed: await heed.ask("name"), torch: torch?.version, chromium: browser.version(), tfjs };
      await bench(contenders, file, versions);
    }, folders);
  } finally {
    heed.end();
    torch?.end();
    rmSync(folder, { recursive: true });
  }
});

async function bundleTfjs(file) {
  const bundle = await rolldown({ input: join(here, "page/tfjs-with-gradients.mjs"), platform: "browser" });
  await bundle.write({ file, format: "esm" });
  await bundle.close();
}

function inPage(page, name, title) {
  const call = (list) => import("/bench/page/train.mjs").then(({ ask }) => ask(...list));
  const ask = (command, argument) => page.evaluate(call, [name, command, argument]);
  return {
    title,
    begin: () => ask("begin", `/made/${startFile}`),
    losses: (steps) => ask("losses", steps),
    run: async (steps) => ({ seconds: await ask("run", steps) }),
  };
}

async function bench(contenders, file, versions) {
  say(
    `One thread each. Heed natively: ${versions.heed}; ${versions.torch ?? "no PyTorch"}; TensorFlow.js ${versions.tfjs} ` +
      `and Heed in Chromium ${versions.chromium}`,
  );
  const apart = await compareLosses(contenders, file);
  const rows = await inRounds(contenders, Number(option("rounds", 60)));
  say(
    `\n${table(
      ["ms a step", "best", "median", "processor's"],
      rows.map((r) => [r.title, r.best, r.median, r.processor]),
    )}`,
  );
  const ratios = [
    ["native", "torch"],
    ["chromium", "torch"],
    ["chromium", "tfjs"],
  ].flatMap(([ours, theirs]) => {
    const [a, b] = [ours, theirs].map((name) => rows.find((row) => row.name === name));
    return b
      ? [{ ours, theirs, title: `${a.title} against ${b.title}`, best: b.best / a.best, median: b.median / a.median }]
      : [];
  });
  say(
    `\n${table(
      ["times as fast", "best", "median"],
      ratios.map((r) => [r.title, r.best, r.median]),
    )}`,
  );
  writeJson({ ...machine(), versions, stepsCompared, tolerance, apart, rows, ratios });
}

/** By how much of itself the loss of each differs from Heed's at most. Throws where that is too much. */
async function compareLosses(contenders, file) {
  const curves = {};
  for (const [name, contender] of Object.entries(contenders)) {
    await contender.begin(file);
    curves[name] = await contender.losses(stepsCompared);
  }
  const apart = {};
  for (const [name, { title }] of Object.entries(contenders)) {
    apart[name] = Math.max(...curves.native.map((loss, step) => Math.abs(curves[name][step] - loss) / loss));
    say(
      `${title}: loss from ${curves[name][0].toFixed(6)} to ${curves[name].at(-1).toFixed(6)}, off by ${apart[name].toExponential(1)}`,
    );
    // NaN is no agreement either.
    if (!(apart[name] <= tolerance))
      throw new Error(
        `${title} does not train the same network: within ${stepsCompared} steps its loss differs by ` +
          `${apart[name].toExponential(1)} of itself, where ${tolerance} is allowed. Nothing was timed.`,
      );
  }
  return apart;
}

/** All in turn; milliseconds a step of each, and of the processor's time where that can be told. */
async function inRounds(contenders, rounds) {
  const entries = Object.entries(contenders);
  const steps = {};
  for (const [name, contender] of entries) {
    await contender.run(20);
    steps[name] = Math.max(1, Math.round((20 * secondsOfTurn) / (await contender.run(20)).seconds));
  }
  const turns = Object.fromEntries(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < entries.length; i++) {
      const [name, contender] = entries[(i + round) % entries.length];
      turns[name].push(await contender.run(steps[name]));
    }
  return entries.map(([name, { title }]) => {
    const aStep = (part) => turns[name].map((turn) => (1000 * turn[part]) / steps[name]);
    const seconds = aStep("seconds");
    const processor = turns[name][0].processor === undefined ? null : summary(aStep("processor")).typical;
    return { name, title, best: Math.min(...seconds), median: summary(seconds).typical, processor };
  });
}
