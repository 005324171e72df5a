// The trainer as a program: what it leaves behind when it ends, and when it is ended.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { repository } from "../../cpp/toolchain/prepare.mjs";

const program = join(repository, "build/native/cpp/tools/heed_train");
const folder = mkdtempSync(join(tmpdir(), "heed-train-"));
const file = (name) => join(folder, name);
const smallNetwork = ["--batch", "8", "--width", "16", "--heads", "2", "--threads", "1"];
const small = ["--steps", "600", ...smallNetwork];

before(() => buildTarget("native", "heed_train"));
after(() => rmSync(folder, { recursive: true }));

const run = (...args) => spawnSync(program, args, { encoding: "utf8" });

/** Starts a run and sends the signal so many milliseconds after it has begun. */
async function interrupted(signal, wait, ...args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (data) => {
    if (said === "") setTimeout(() => child.kill(signal), wait);
    said += data;
  });
  const [code, endedBy] = await once(child, "close");
  return { code, endedBy, said };
}

/** The model of a run of so many steps that nothing interrupts. */
function wholeRun(steps) {
  const name = `whole-${steps}.safetensors`;
  if (!existsSync(file(name))) {
    const { status, stderr } = run("--steps", steps, ...smallNetwork, "--out", file(name));
    assert.equal(status, 0, stderr);
  }
  return safetensors(name);
}

/** A run that the signal ends on its way. Where 600 steps are over before it comes, as on a very fast machine or a busy one, it has more. */
async function interruptedRun(signal) {
  for (const steps of ["600", "6000", "60000"]) {
    const [checkpoint, out] = ["ckpt", "safetensors"].map((ending) => `${signal}-${steps}.${ending}`);
    const args = ["--steps", steps, ...smallNetwork, "--checkpoint", file(checkpoint), "--out", file(out)];
    // Anywhere in the run: 600 steps take some 400 ms.
    const { code, said } = await interrupted(signal, 100, ...args);
    if (code !== 0) return { steps, args, out, code, said };
  }
  throw new Error(`${signal} ended no run`);
}

/** Its header, and the bytes after it. */
function safetensors(name) {
  const bytes = readFileSync(file(name));
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, end).toString());
  return { notes: header.__metadata__, header, body: bytes.subarray(end) };
}

test("a run leaves its result as JSON, and a model that says how it came to be", () => {
  const { status, stderr } = run(
    ...small,
    "--json",
    file("a.json"),
    "--out",
    file("a.safetensors"),
    "--held-out",
    "100",
  );
  assert.equal(status, 0, stderr);
  const result = JSON.parse(readFileSync(file("a.json"), "utf8"));
  assert.deepEqual(Object.keys(result), [
    ...["task", "seed", "steps", "seconds", "loss", "floor", "accuracy", "ceiling", "heads"],
  ]);
  assert.equal(result.heads.length, 4);
  const { notes } = safetensors("a.safetensors");
  assert.equal(notes.held_out, "100");
  assert.ok(Math.abs(Number(notes.loss) - result.loss) < 1e-5);
  assert.equal(notes.version, JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).version);
  assert.equal(
    notes.command,
    "npm run train -- --steps 600 --batch 8 --width 16 --heads 2 --out a.safetensors --held-out 100",
  );
  assert.equal(JSON.parse(notes.words).length, 32);
  assert.equal(JSON.parse(notes.head_scores).length, 4);
  const curve = JSON.parse(notes.curve);
  assert.equal(curve.length, 101);
  assert.deepEqual([curve[0][0], curve[1][0], curve.at(-1)[0]], [0, 6, 600]);
  assert.ok(curve.at(-1)[1] < curve[0][1]);
});

for (const signal of ["SIGINT", "SIGTERM"])
  test(`${signal} leaves a checkpoint, from which the same command comes to the same end`, async () => {
    const { steps, args, out, code, said } = await interruptedRun(signal);
    assert.equal(code, { SIGINT: 130, SIGTERM: 143 }[signal]);
    const [, step] = /interrupted after step (\d+); the same command goes on from/.exec(said);
    assert.ok(Number(step) < Number(steps));
    const resumed = run(...args);
    assert.equal(resumed.status, 0, resumed.stderr);
    assert.ok(resumed.stdout.startsWith(`going on from step ${step} of `));
    const whole = wholeRun(steps);
    const again = safetensors(out);
    assert.equal(again.notes.curve, whole.notes.curve);
    assert.ok(again.body.equals(whole.body));
  });

test("a run that is killed leaves the result of the one before", async () => {
  writeFileSync(file("kept.json"), "of before");
  // More steps than can be taken before the signal comes.
  const args = ["--steps", "1000000000", ...smallNetwork, "--json", file("kept.json")];
  const { endedBy } = await interrupted("SIGKILL", 0, ...args);
  assert.equal(endedBy, "SIGKILL");
  assert.equal(readFileSync(file("kept.json"), "utf8"), "of before");
});

test("numbers of 16 bits take half the bytes", () => {
  const { status, stderr } = run(...small, "--out", file("half.safetensors"), "--store", "F16");
  assert.equal(status, 0, stderr);
  const { header, body } = safetensors("half.safetensors");
  assert.equal(header.embedding.dtype, "F16");
  assert.equal(2 * body.length, safetensors("a.safetensors").body.length);
});

test("what cannot be is refused before anything is trained", () => {
  const refusal = (...args) => {
    const { status, stderr } = run(...args);
    assert.equal(status, 1);
    return stderr.trim();
  };
  assert.equal(refusal("--speed", "9"), 'there is no option "--speed"; --help lists them');
  assert.equal(refusal("--steps"), "--steps is followed by nothing");
  assert.equal(refusal("--store", "F8"), '--store is "F8"; it can be F16 or F32');
  assert.equal(refusal("--held-out", "0"), "--held-out is 0; it must be at least 1");
  assert.match(refusal("--json", "/nowhere/a.json"), /^cannot write to \/nowhere\/a\.json/);
  assert.match(run("--help").stdout, /--task .*\n/);
});
