import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { makeConsumer } from "./consumer.mjs";

/** An empty project that depends on the package as it would be published. */
const consumer = makeConsumer();
after(() => consumer.remove());

const manifest = JSON.parse(readFileSync(join(consumer.library, "package.json"), "utf8"));

const example = `
  import { loadHeed, type Tensor } from "heed";
  const heed = await loadHeed();
  const x: Tensor = { data: Float32Array.of(1, 0, 0, 1), shape: [1, 1, 2, 2] };
  const entropy: Float32Array = heed.attention({ query: x, key: x, value: x }, { causal: true }).entropy.data;
  console.log(entropy);
`;

const uses = `
  import { createEngine, type LongMap } from "heed/workers";
  import { type Encoding, type ForwardResult, inspectModel, type Model, type ModelTensor, openModel, SourceError, setHubToken } from "heed/models";
  import { define } from "heed/figures";
  import widget, { mount } from "heed/widget";
  await define("heed-notebook");
  const map: LongMap = await createEngine().openLongMap({ handmade: { tokens: 8 } });
  const figure: HTMLElement = await mount(document.body, { figure: "heed-notebook", attributes: { heads: 2 } });
  console.log(map.queries, figure, widget.render);
  const model: Model = await openModel({ files: [{ name: "config.json", blob: new Blob(["{}"]) }] }, { dtype: "q8" });
  const from: ForwardResult = await model.forward({ inputIds: [1, 2] }, { attentions: true, hiddenStates: true });
  const attentions: ModelTensor[] | undefined = from.attentions;
  await model.forward({ inputIds: Int32Array.of(1) }, { interventions: { patch: { layer: 0, position: 1, from } } });
  for await (const { id, probability } of model.generate({ inputIds: [1] }, { topK: 3 })) console.log(id, probability);
  console.log(model.info.heads, attentions?.[0]?.shape);
  const { memory, fits } = await inspectModel({ url: "https://example.org/model/" });
  console.log(memory.q8, fits.includes("q8"));
  setHubToken("hf_…", "https://huggingface.co");
  const failed: unknown = undefined;
  if (failed instanceof SourceError) console.log(failed.fault, failed.canRetry);
  const encoding: Encoding | undefined = model.tokenizer?.encode("a", { pair: "b", addSpecialTokens: false });
  console.log(model.tokenizer?.decode(encoding?.ids ?? [], { skipSpecialTokens: false }), encoding?.offsets);
`;

test("holds scripts, WebAssembly, types, models, the page for frames, papers, and nothing else", () => {
  const others = consumer.files.filter(
    (file) => !/^([^/]+\.(js|wasm)|types\/.*\.d\.ts|models\/[^/]+\.safetensors)$/.test(file),
  );
  assert.deepEqual(others, [
    "CHANGELOG.md",
    "LICENSE",
    "LICENSE-huggingface-tokenizers",
    "README.md",
    "embed.html",
    "model-example.html",
    "package.json",
    "python/heed.py",
  ]);
  assert.deepEqual(
    consumer.files.filter((file) => file.endsWith(".wasm")),
    ["heed-core", "heed-lab", "heed-models", "heed-models-threads"]
      .flatMap((module) => [`${module}.wasm`, `${module}-relaxed.wasm`])
      .sort(),
  );
});

test("holds the models that its figures fetch, as they are in the repository", () => {
  const models = consumer.files.filter((file) => file.startsWith("models/"));
  assert.deepEqual(models, [
    "models/induction.safetensors",
    "models/reversal.safetensors",
    "models/stories.safetensors",
  ]);
  for (const model of models)
    assert.ok(
      readFileSync(join(consumer.library, model)).equals(readFileSync(join(repository, "web/public", model))),
      model,
    );
  // Every address of a file beside the scripts that stands in them leads to a file of the package.
  for (const script of consumer.files.filter((file) => /^[^/]+\.js$/.test(file)))
    for (const [, path] of readFileSync(join(consumer.library, script), "utf8").matchAll(
      /new URL\(["'`]\.\/([^"'`]+)["'`], ?import\.meta\.url\)/g,
    ))
      assert.ok(consumer.files.includes(path), `${script} asks for ${path}`);
});

test("everything that it exports is there", () => {
  const paths = Object.values(manifest.exports).flatMap((entry) =>
    Object.values(entry instanceof Object ? entry : [entry]),
  );
  for (const path of paths) assert.ok(consumer.files.includes(path.replace("./", "")), path);
});

test("the repository packs the same, and bundlers keep what is imported for its effect", () => {
  const root = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const here = JSON.parse(JSON.stringify(root).replaceAll("./dist/package/", "./"));
  for (const key of ["name", "version", "type", "exports", "sideEffects"]) assert.deepEqual(manifest[key], here[key]);
  for (const script of manifest.sideEffects) assert.ok(consumer.files.includes(script.replace("./", "")), script);
});

test("every address beside a module is that of a file in the package, which bundlers look for", () => {
  const scripts = consumer.files.filter((path) => path.endsWith(".js"));
  const addresses = scripts.flatMap((script) => {
    const text = readFileSync(join(consumer.library, script), "utf8");
    const found = text.matchAll(/new URL\(\s*[`"']([^`"'$]*)[`"'],\s*import\.meta\.url/g);
    return [...found].map(([, address]) => join(dirname(script), address));
  });
  assert.ok(addresses.length > 5);
  assert.deepEqual(
    addresses.filter((address) => !consumer.files.includes(address)),
    [],
  );
});

test("is imported by name", () => {
  const script = example.replace(", type Tensor", "").replaceAll(/: (Tensor|Float32Array)(?= =)/g, "");
  consumer.write("example.mjs", script);
  const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: consumer.folder, encoding: "utf8" });
  assert.match(printed, /^Float32Array\(2\) \[ 0, 0\.\d+ \]$/m);
});

for (const [name, options] of [
  ["Node's", ["--module", "nodenext"]],
  ["a bundler's", ["--module", "esnext", "--moduleResolution", "bundler"]],
])
  test(`has types that ${name} resolution finds`, () => {
    consumer.write("example.mts", example);
    consumer.write("uses.mts", uses);
    const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", ...options];
    execFileSync(
      process.execPath,
      [join(repository, "node_modules/typescript/bin/tsc"), ...strict, "example.mts", "uses.mts"],
      {
        cwd: consumer.folder,
        stdio: "pipe",
      },
    );
  });

test("a refused call costs none of the stack, so that any number of them changes nothing", async () => {
  const { loadHeed } = await import(join(consumer.library, "heed.js"));
  const heed = await loadHeed();
  const short = { data: new Float32Array(3), shape: [1, 1, 1, 2] };
  for (let i = 0; i < 30_000; i++)
    assert.throws(() => heed.attention({ query: short, key: short, value: short }), /needs 2 values but data has 3/);
  const x = { data: Float32Array.of(1, 0, 0, 1), shape: [1, 1, 2, 2] };
  // exp(1/√2) : exp(0) = 2.0281 : 1
  const { weights } = heed.attention({ query: x, key: x, value: x }, { weights: true });
  assert.ok(Math.abs(weights.data[0] - 0.669_76) < 1e-5, String(weights.data[0]));
});
