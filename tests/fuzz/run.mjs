/**
 * npm run fuzz -- [COUNT] [SEED]: a million damaged files by default, for the page's readers of files and for the core's of safetensors.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";
import { debianRelease, installPackages } from "../../cpp/toolchain/debian.mjs";
import { main, repository } from "../../cpp/toolchain/prepare.mjs";
import { outputOf, run, say, which } from "../../cpp/toolchain/process.mjs";

const [count = 1_000_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
await main(async () => {
  await fuzzFormats();
  await fuzzSafetensors();
});

async function fuzzFormats() {
  const { module } = await runnerImport(join(import.meta.dirname, "formats.ts"));
  const start = performance.now();
  const { read, refused, slowest } = module.fuzzFormats(count, seed);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  say(
    `seed ${seed}: ${count} files, ${read} read, ${refused} refused, the slowest in ${slowest.toFixed(0)} ms; ${seconds} s, at most ${memory} MB`,
  );
}

/** libFuzzer, which ends with an error where the target aborts, a sanitizer complains or a file takes a second. */
async function fuzzSafetensors() {
  if (!hasLibFuzzer() && debianRelease !== undefined) await installPackages(["clang-19", "libclang-rt-19-dev"]);
  if (!hasLibFuzzer()) {
    say("The core's reader of safetensors was not tried: that needs clang++-19 with libFuzzer.");
    return;
  }
  const build = join(repository, "build/fuzz");
  const found = join(build, "safetensors-corpus");
  mkdirSync(found, { recursive: true });
  const program = join(build, "safetensors");
  const sources = ["training/safetensors.cpp", "training/safetensors_header.cpp", "tensor/half.cpp", "message.cpp"];
  await run("clang++-19", [
    ...["-std=c++20", "-O1", "-g", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"],
    ...["-I", join(repository, "cpp"), join(import.meta.dirname, "safetensors.cpp")],
    ...[...sources.map((file) => join(repository, "cpp/heed", file)), "-o", program],
  ]);
  await run(
    program,
    [
      ...[
        `-runs=${count}`,
        `-seed=${seed}`,
        "-max_len=4096",
        "-timeout=1",
        `-artifact_prefix=${build}/`,
        "-verbosity=0",
      ],
      ...[`-dict=${join(import.meta.dirname, "safetensors.dict")}`, "-print_final_stats=1"],
      ...[found, join(repository, "tests/fixtures/formats")],
    ],
    { show: true },
  );
}

function hasLibFuzzer() {
  if (!which("clang++-19")) return false;
  const machine = { x64: "x86_64", arm64: "aarch64" }[process.arch];
  // The bare name where there is none.
  return outputOf("clang++-19", `--print-file-name=libclang_rt.fuzzer-${machine}.a`)?.startsWith("/") ?? false;
}
