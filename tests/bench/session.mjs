import { readdirSync, readFileSync } from "node:fs";
import { main } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { withEnginePage } from "./engine-page.mjs";
import { machine, option, table, writeJson } from "./report.mjs";

/**
 * `npm run bench:session [-- --json FILE] [--seeds N] [--minutes N]`: the page's default training run in headless Chromium, one
 * thread: seconds from play until a head follows inductions (score above 0.9) and accuracy is above 95 % of the ceiling.
 * With `--minutes`, instead, the memory of the page's process as it trains for so long.
 */
await main(async () => {
  await build();
  await withEnginePage(async (browser, address) => {
    const minutes = Number(option("minutes", 0));
    const result = minutes > 0 ? await memory(browser, address, minutes) : await seeds(browser, address);
    writeJson({ ...machine(), chromium: browser.version(), ...result });
  });
});

async function seeds(browser, address) {
  const runs = [];
  for (let seed = 1; seed <= Number(option("seeds", 10)); seed++) {
    const page = await browser.newPage();
    await page.goto(address);
    runs.push({ seed, ...(await page.evaluate(learn, seed)) });
    await page.close();
    say(JSON.stringify(runs.at(-1)));
  }
  const cells = runs.map((r) => [
    String(r.seed),
    r.seconds,
    String(r.steps),
    r.stepsPerSecond,
    r.induction,
    r.accuracy,
  ]);
  say(table(["seed", "s to induction", "steps", "steps/s", "score", "accuracy"], cells));
  const within = runs.filter(({ seconds }) => seconds !== null && seconds <= 20).length;
  say(`${within} of ${runs.length} seeds within 20 s of play`);
  return { runs };
}

/** In the page. Time is up after a minute. */
async function learn(seed) {
  const { TrainingSession } = await import("/src/compute/training/training.ts");
  const session = await TrainingSession.start({ seed });
  const { ceiling } = session.info;
  const start = performance.now();
  let seconds = null;
  await new Promise((done) => {
    session.listen((told) => {
      if (told.event === "finished" || told.event === "diverged" || told.event === "failed") done();
      if (told.event !== "checkpoint") return;
      const { accuracy, heads } = told.checkpoint.evaluation;
      const induction = Math.max(...heads.flat().map((head) => head.induction));
      if (induction > 0.9 && accuracy > 0.95 * ceiling) {
        seconds = (performance.now() - start) / 1000;
        done();
      }
      if (performance.now() - start > 60_000) done();
    });
    session.play();
  });
  await session.pause();
  const { step, evaluation } = session.checkpoints.at(-1);
  const elapsed = (performance.now() - start) / 1000;
  session.close();
  const induction = Math.max(...evaluation.heads.flat().map((head) => head.induction));
  return { seconds, steps: step, stepsPerSecond: step / elapsed, induction, accuracy: evaluation.accuracy };
}

/** Trains on, beyond the last step, as somebody would who forgot the page; a look at the latest state every second. */
async function memory(browser, address, minutes) {
  const page = await browser.newPage();
  await page.goto(address);
  const samples = [];
  await page.evaluate(async () => {
    const { TrainingSession } = await import("/src/compute/training/training.ts");
    globalThis.session = await TrainingSession.start({ steps: 2 ** 30 });
    globalThis.session.play();
  });
  const look = async () => {
    const [{ tokens }] = await globalThis.session.examples(1, 1);
    await globalThis.session.look({ tokens });
    return { step: globalThis.session.step, checkpoints: globalThis.session.checkpoints.length };
  };
  const end = Date.now() + minutes * 60_000;
  for (let second = 0; Date.now() < end; second++) {
    const state = await page.evaluate(look);
    if (second % 30 === 0) {
      samples.push({ second, ...state, megabytes: rendererMegabytes() });
      say(JSON.stringify(samples.at(-1)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return { samples };
}

/** Resident memory of the largest process of Chromium's that shows a page; Linux tells. */
function rendererMegabytes() {
  const sizes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        if (!readFileSync(`/proc/${id}/cmdline`, "utf8").includes("--type=renderer")) return 0;
        if (!isOurs(Number(id))) return 0;
        return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) / 1024;
      } catch {
        return 0; // gone since
      }
    });
  return Math.round(Math.max(...sizes));
}

/** Whether a process descends from this one. */
function isOurs(id) {
  for (let at = id; at > 1; ) {
    if (at === process.pid) return true;
    at = Number(
      readFileSync(`/proc/${at}/stat`, "utf8")
        .replace(/^.*\) \S /, "")
        .split(" ")[0],
    );
  }
  return false;
}
