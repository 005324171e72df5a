import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { findBrowser } from "../../../cpp/toolchain/browser.mjs";
import { repository } from "../../../cpp/toolchain/prepare.mjs";
import { say } from "../../../cpp/toolchain/process.mjs";
import { table } from "../report.mjs";
import { difference, summary } from "../rounds.mjs";
import { staticFiles } from "../static-files.mjs";
import { BrowserContender } from "./browser-contender.mjs";

const bench = join(import.meta.dirname, "..");

const heed = (dtype, folder, { threads = 1, from = "blob" } = {}) => ({ kind: "heed", folder, dtype, threads, from });
const onnxruntime = (graph, threads = 1) => ({ kind: "onnxruntime", folder: "F32", graph, threads });
const wllama = (format) => ({ kind: "wllama", file: `${format}.gguf`, threads: 1 });

/** What is computed in turn: the contenders of each group are open together. The first is ours. */
const groups = [
  {
    contenders: {
      "Heed f32": heed("file", "F32"),
      "Heed f32, from bytes": heed("file", "F32", { from: "bytes" }),
      "onnxruntime f32": onnxruntime("plain"),
      "wllama f32": wllama("f32"),
    },
    works: [128, 512].map((count) => [`prefill, ${count} tokens`, "prefill", count, false]),
  },
  {
    contenders: {
      "Heed f32": heed("file", "F32"),
      "Heed f32, two threads": heed("file", "F32", { threads: 2 }),
      "onnxruntime f32, two threads": onnxruntime("plain", 2),
    },
    works: [["prefill, 128 tokens, two threads", "prefill", 128, false]],
  },
  {
    contenders: { "Heed f32": heed("file", "F32"), "onnxruntime f32": onnxruntime("maps") },
    works: [128, 512].map((count) => [`prefill, ${count} tokens, all maps kept`, "prefill", count, true]),
  },
  {
    contenders: {
      "Heed f32": heed("file", "F32"),
      "Heed bf16": heed("file", "BF16"),
      "Heed q8": heed("q8", "F32"),
      "onnxruntime f32": onnxruntime("cache"),
      "wllama f32": wllama("f32"),
      "wllama f16": wllama("f16"),
      "wllama q8_0": wllama("q8_0"),
    },
    works: [["a token at context 128", "token", 128, 16]],
  },
];

/** Largest errors of log-probabilities, relative to their deviation: rounding; formats' steps through twelve layers; llama.cpp's
 * table of GELU, of float16. */
const bounds = { "Heed f32": 1e-3, "Heed bf16": 0.15, "Heed q8": 0.2, wllama: 0.2 };

/** Rows of all groups, in Chromium, one thread each where the name does not say otherwise. */
export async function benchInBrowser(folder, { rounds, only, work, processorTime }) {
  const answer = staticFiles({
    heed: join(repository, "dist/package"),
    peers: join(bench, "node_modules"),
    bench,
    models: folder,
  });
  const isolated = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(isolated)) response.setHeader(name, value);
    answer(request, response, () => response.writeHead(404).end());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = `http://127.0.0.1:${server.address().port}/bench/page/index.html`;
  const executablePath = await findBrowser("chromium");
  try {
    const rows = [];
    for (const { contenders, works } of groups) {
      const group = { contenders, works: works.filter(([name]) => new RegExp(work).test(name)) };
      if (group.works.length > 0)
        rows.push(...(await benchGroup(group, { executablePath, address, rounds, only, processorTime })));
    }
    return { versions: versions(), rows };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function versions() {
  const of = (name) => JSON.parse(readFileSync(join(bench, "node_modules", name, "package.json"))).version;
  return { "onnxruntime-web": of("onnxruntime-web"), wllama: of("@wllama/wllama") };
}

async function benchGroup({ contenders, works }, { executablePath, address, rounds, only, processorTime }) {
  const opened = {};
  const rows = [];
  try {
    for (const [name, options] of Object.entries(contenders))
      if (new RegExp(only).test(name)) opened[name] = await BrowserContender.open(executablePath, address, options);
    const errors = await check(opened);
    rows.push({
      work: "ready",
      ...each(opened, ({ ready }) => (processorTime ? ready.processor : ready.clock)),
    });
    for (const [work, ...question] of works)
      rows.push(await inTurn(work, question, opened, { rounds, clock: processorTime ? byProcessor : byClock }));
    rows.push({ work: "most memory, MB", ...each(opened, (contender) => contender.memory()) });
    // Chromium's own program, most of it shared with its other processes.
    rows.push({ work: "of it, an empty page", ...each(opened, ({ emptyPage }) => emptyPage) });
    say(`\nChromium ${Object.values(opened)[0]?.version()}; errors of log-probabilities: ${shown(errors)}`);
  } finally {
    for (const contender of Object.values(opened)) await contender.close();
  }
  const names = Object.keys(opened);
  say(
    table(
      ["milliseconds", ...names, "noise", "ratio"],
      rows.map((row) => [row.work, ...names.map((name) => row[name]), row.noise, ratio(row, names)]),
    ),
  );
  return rows;
}

const each = (opened, of) => Object.fromEntries(Object.entries(opened).map(([name, one]) => [name, of(one)]));
const shown = (errors) =>
  Object.entries(errors)
    .map(([name, error]) => `${name} ${error.toExponential(1)}`)
    .join(", ");

/** The best float32 peer against each of ours. */
function ratio(row, names) {
  const best = Math.min(...names.filter((name) => /^(onnx|wllama).* f32/.test(name)).map((name) => row[name]));
  return names
    .filter((name) => name.startsWith("Heed"))
    .map((name) => (best / row[name]).toFixed(2))
    .join(" ");
}

/** Of the tokens that the first peer sees: all must foretell what it does. */
async function check(opened) {
  const names = Object.keys(opened);
  const reference = names.find((name) => name.startsWith("onnxruntime"));
  if (!reference) return {};
  const expected = await opened[reference].ask("logProbabilities", 129);
  const mean = expected.reduce((sum, x) => sum + x, 0) / expected.length;
  const deviation = Math.sqrt(expected.reduce((sum, x) => sum + (x - mean) ** 2, 0) / expected.length);
  const errors = {};
  for (const name of names.filter((each) => each !== reference)) {
    const off = difference(await opened[name].ask("logProbabilities", 129), expected) / deviation;
    const bound = bounds[name.split(",")[0]] ?? bounds.wllama;
    if (!(off < bound)) throw new Error(`${name} is off by ${off} deviations, more than ${bound}`);
    errors[name] = off;
  }
  return errors;
}

const byClock = (contender, ...question) => contender.ask(...question);

/** What processors worked for the page: for a machine that others use too. */
async function byProcessor(contender, work, count, more) {
  const of = async (last) => {
    const before = contender.processorTime();
    await contender.ask(work, count, last);
    return contender.processorTime() - before;
  };
  // Tokens are timed with the pass before them, which one token has too.
  return work === "token" ? ((await of(1 + more)) - (await of(1))) / more : of(more);
}

/** One untimed run of each, then `rounds` in turn. */
async function inTurn(work, question, opened, { rounds, clock }) {
  const times = each(opened, () => []);
  for (let round = -1; round < rounds; round++)
    for (const [name, contender] of Object.entries(opened)) {
      const taken = await clock(contender, ...question);
      if (round >= 0) times[name].push(taken);
    }
  const summaries = Object.entries(times).map(([name, numbers]) => [name, summary(numbers)]);
  return {
    work,
    ...Object.fromEntries(summaries.map(([name, { typical }]) => [name, typical])),
    noise: Math.max(...summaries.map(([, { spread }]) => spread)),
  };
}
