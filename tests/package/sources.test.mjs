/** heed/models from a hub and from a folder on a host, with what can go wrong between. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { deleteKeptModel, inspectModel, keptModels, openModel, SourceError, setHubToken } from "heed/models";
import { startHub } from "../hub/hub.mjs";
import { MemoryFolder } from "../hub/memory-file-system.mjs";
import { tensorsOfSafetensors, torchArchive } from "../hub/torch-archive.mjs";
import { fixtureNames, modelFixture } from "./model-fixture.mjs";

const fixtures = Object.fromEntries(fixtureNames.map((name) => [name, modelFixture(name)]));
const models = Object.fromEntries(fixtureNames.map((name) => [`test/${name}`, fixtures[name].files]));
const hub = await startHub(models);
after(() => hub.close());
beforeEach(() => {
  hub.requests.length = 0;
  hub.gated.clear();
  for (const name of Object.keys(hub.faults)) delete hub.faults[name];
});

const weights = "model.safetensors";
const open = (name, options, source) => openModel({ hub: `test/${name}`, endpoint: hub.address, ...source }, options);
const folder = (name, options) => openModel({ url: `${hub.address}/folder/test/${name}` }, options);
const fromFiles = ({ files }, options) =>
  openModel({ files: Object.entries(files).map(([name, bytes]) => ({ name, blob: new Blob([bytes]) })) }, options);
const asked = (name) => hub.requests.filter(({ path }) => path.split("?")[0].endsWith(name));

/** What a model makes of the inputs that its fixture has. */
async function resultOf(model, { expected }) {
  const ids = (name) => expected[name]?.data;
  const out = await model.forward({
    ...(expected.input_ids && { inputIds: ids("input_ids") }),
    ...(expected.token_type_ids && { tokenTypeIds: ids("token_type_ids") }),
    ...(expected.decoder_input_ids && { decoderInputIds: ids("decoder_input_ids") }),
    ...(expected.pixel_values && { pixelValues: expected.pixel_values }),
  });
  model.close();
  return (out.logits ?? out.lastHiddenState).data;
}

for (const name of fixtureNames)
  test(`${name} from a hub, and from a folder on a host, is what its files are`, async () => {
    const wanted = await resultOf(await fromFiles(fixtures[name]), fixtures[name]);
    assert.deepEqual(await resultOf(await open(name), fixtures[name]), wanted);
    assert.deepEqual(await resultOf(await folder(name), fixtures[name]), wanted);
  });

const refused = (opening, fault, message) =>
  assert.rejects(opening, (error) => {
    assert.ok(error instanceof SourceError, String(error));
    assert.match(error.message, message);
    assert.equal(error.fault, fault);
    assert.equal(error.canRetry, ["network", "server", "changed", "damaged"].includes(fault));
    return true;
  });

test("only what is needed is fetched, each file once", async () => {
  const extra = Buffer.alloc(5000);
  const others = ["README.md", "pytorch_model.bin", "model.onnx", "adapter.safetensors", "vocab.json", "merges.txt"];
  models["test/crowded"] = {
    ...fixtures.gpt2.files,
    ...Object.fromEntries(others.map((name) => [name, extra])),
    "tokenizer.json": Buffer.from(JSON.stringify({ model: { type: "WordLevel", vocab: { a: 0 } } })),
  };
  const model = await open("crowded");
  assert.deepEqual(model.tokenizer.encode("a").ids, [0]);
  const files = hub.requests.filter(({ host }) => host === "hub").map(({ path }) => path.replace(/^.*\/main\/?/, ""));
  const wanted = ["config.json", "generation_config.json", weights, "tokenizer.json"];
  assert.deepEqual(
    files.filter((file) => file !== "" && !file.includes("tree")).sort(),
    wanted.filter((name) => models["test/crowded"][name]).sort(),
  );
});

test("pytorch_model.bin, one or several, is read where there is no safetensors file", async () => {
  const { [weights]: safetensors, ...others } = fixtures.gpt2.files;
  const tensors = Object.entries(tensorsOfSafetensors(safetensors));
  const half = Math.ceil(tensors.length / 2);
  const wanted = await resultOf(await fromFiles(fixtures.gpt2), fixtures.gpt2);
  models["test/torch"] = { ...others, "pytorch_model.bin": torchArchive(Object.fromEntries(tensors)) };
  models["test/torch-shards"] = {
    ...others,
    "pytorch_model-00001-of-00002.bin": torchArchive(Object.fromEntries(tensors.slice(0, half))),
    "pytorch_model-00002-of-00002.bin": torchArchive(Object.fromEntries(tensors.slice(half))),
  };
  assert.deepEqual(await resultOf(await open("torch"), fixtures.gpt2), wanted);
  assert.deepEqual(await resultOf(await folder("torch"), fixtures.gpt2), wanted);
  const names = Object.keys(models["test/torch-shards"]).filter((name) => name.endsWith(".bin"));
  const weight_map = Object.fromEntries(tensors.map(([name], i) => [name, names[i < half ? 0 : 1]]));
  const index = "pytorch_model.bin.index.json";
  models["test/torch-index"] = {
    ...models["test/torch-shards"],
    [index]: Buffer.from(JSON.stringify({ weight_map })),
    // Not the index's, and so not the model's.
    "pytorch_model-old.bin": Buffer.alloc(10),
  };
  assert.deepEqual(await resultOf(await open("torch-shards"), fixtures.gpt2), wanted);
  assert.deepEqual(await resultOf(await open("torch-index"), fixtures.gpt2), wanted);
  assert.deepEqual(await resultOf(await folder("torch-index"), fixtures.gpt2), wanted);
  const { [names[1]]: _, ...fewer } = models["test/torch-index"];
  await refused(
    fromFiles({ files: fewer }),
    "missing",
    /^pytorch_model\.bin\.index\.json names the file pytorch_model-00002-of-00002\.bin, which is not among the files$/,
  );
  assert.deepEqual(await resultOf(await fromFiles({ files: models["test/torch-shards"] }), fixtures.gpt2), wanted);
});

test("what a model takes is known from its headers, for which ranges are asked", async () => {
  for (const name of fixtureNames) {
    const { files } = fixtures[name];
    const inspection = await inspectModel({ url: `${hub.address}/folder/test/${name}` });
    const config = JSON.parse(files["config.json"]);
    assert.equal(inspection.modelType, config.model_type);
    assert.deepEqual(inspection.architectures, config.architectures);
    assert.deepEqual(inspection.fits, ["file", "f32", "q8", "q4"]);
    const weightFiles = Object.keys(files).filter((file) => file.endsWith(".safetensors"));
    const bytes = weightFiles.reduce((sum, file) => sum + files[file].length, 0);
    const { memory } = inspection;
    assert.ok(memory.file > bytes && inspection.download >= bytes);
    assert.ok(memory.file < memory.q4 && memory.q4 < memory.q8 && memory.file <= memory.f32);
  }
  hub.requests.length = 0;
  await inspectModel({ hub: "test/gpt2", endpoint: hub.address });
  const length = Number(fixtures.gpt2.files[weights].readBigUInt64LE());
  assert.deepEqual(
    asked(weights)
      .filter(({ host }) => host === "store")
      .map(({ range }) => range),
    ["bytes=0-7", `bytes=8-${7 + length}`],
  );
});

/** A checkpoint of GPT-2's architecture that is large enough for its weights to be most of what it takes. */
function largerModel(type) {
  const [width, layers, vocabulary, positions] = [256, 4, 16_000, 256];
  const config = { model_type: "gpt2", architectures: ["GPT2LMHeadModel"], vocab_size: vocabulary, n_embd: width };
  Object.assign(config, { n_layer: layers, n_head: 4, n_positions: positions });
  const shapes = { "wte.weight": [vocabulary, width], "wpe.weight": [positions, width] };
  for (let layer = 0; layer < layers; layer++)
    for (const [name, ...shape] of [
      ["ln_1", width],
      ["attn.c_attn", width, 3 * width],
      ["attn.c_proj", width, width],
      ["ln_2", width],
      ["mlp.c_fc", width, 4 * width],
      ["mlp.c_proj", 4 * width, width],
    ]) {
      shapes[`h.${layer}.${name}.weight`] = shape;
      shapes[`h.${layer}.${name}.bias`] = [shape.at(-1)];
    }
  Object.assign(shapes, { "ln_f.weight": [width], "ln_f.bias": [width] });
  const header = {};
  let end = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const begin = end;
    end += shape.reduce((product, size) => product * size, type === "F32" ? 4 : 2);
    header[name] = { dtype: type, shape, data_offsets: [begin, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(8 + text.length + end);
  bytes.writeBigUInt64LE(BigInt(text.length));
  text.copy(bytes, 8);
  return { "config.json": Buffer.from(JSON.stringify(config)), [weights]: bytes };
}

test("what a model is said to take is what it takes", async () => {
  for (const type of ["F32", "BF16"]) {
    const files = Object.entries(largerModel(type)).map(([name, bytes]) => ({ name, blob: new Blob([bytes]) }));
    const { memory } = await inspectModel({ files });
    for (const [dtype, said] of Object.entries(memory)) {
      const model = await openModel({ files }, { dtype });
      const taken = model.info.memory;
      model.close();
      assert.ok(Math.abs(said / taken - 1) < 0.03, `${type} as ${dtype}: ${said} bytes are said, ${taken} are taken`);
    }
  }
});

test("a model that is too large is known to be before it is fetched, and what is no model is refused", async () => {
  const { "config.json": config } = fixtures.gpt2.files;
  const sparse = (numbers) => {
    const header = JSON.stringify({ a: { dtype: "F16", shape: [numbers, 1], data_offsets: [0, 2 * numbers] } });
    const bytes = Buffer.alloc(8 + header.length);
    bytes.writeBigUInt64LE(BigInt(header.length));
    bytes.write(header, 8);
    // A file that only says to be large.
    const blob = new Blob([bytes]);
    Object.defineProperty(blob, "size", { value: 8 + header.length + 2 * numbers });
    return inspectModel({
      files: [
        { name: "config.json", blob: new Blob([config]) },
        { name: weights, blob },
      ],
    });
  };
  const { memory, fits } = await sparse(1.5e9);
  assert.ok(memory.file > 3e9 && memory.file < 3.01e9);
  const more = (form) => memory[form] - memory.file;
  assert.deepEqual([more("f32"), more("q8"), more("q4")], [6e9, 1.125 * 1.5e9, 0.625 * 1.5e9]);
  assert.deepEqual(fits, ["file", "q4"]);
  const inspect = (files) =>
    inspectModel({ files: Object.entries(files).map(([name, bytes]) => ({ name, blob: new Blob([bytes]) })) });
  await refused(inspect({}), "missing", /^there is no config\.json among the model's 0 files$/);
  await refused(inspect({ "config.json": config }), "missing", /^there are no weights among the model's 1 files$/);
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(8), Buffer.alloc(100, 255)])
    await refused(
      inspect({ "config.json": config, [weights]: bytes }),
      "format",
      /^model\.safetensors is no safetensors file/,
    );
  await refused(
    inspect({ "config.json": config, [weights]: Buffer.from("<!doctype html><p>") }),
    "format",
    /is a web page/,
  );
  const header = Buffer.from('\x0d\0\0\0\0\0\0\0{"a":{"x":1}}', "latin1");
  await refused(
    inspect({ "config.json": config, [weights]: header }),
    "format",
    /^model\.safetensors: a has no place in the file$/,
  );
});

test("what is kept is opened again without the hub, listed and deleted", async () => {
  await assert.rejects(open("gpt2", { keep: true }), { message: /^models can be kept in browsers only/ });
  const folder = new MemoryFolder({ bytes: 1e8 });
  const storage = { getDirectory: async () => folder, estimate: async () => ({}) };
  Object.defineProperty(globalThis, "navigator", { value: { storage }, configurable: true });
  try {
    hub.faults[weights] = { drop: Array(10).fill(0) };
    await refused(open("gpt2", { keep: true }), "network", /broke off|ended/);
    assert.deepEqual(await keptModels(), []);
    delete hub.faults[weights];
    const first = await resultOf(await open("gpt2", { keep: true }), fixtures.gpt2);
    const [{ name, bytes }] = await keptModels();
    assert.equal(name, `${hub.address}/test/gpt2@main`);
    assert.equal(
      bytes,
      Object.values(fixtures.gpt2.files).reduce((sum, { length }) => sum + length, 0),
    );
    hub.requests.length = 0;
    assert.deepEqual(await resultOf(await open("gpt2", { keep: true }), fixtures.gpt2), first);
    assert.deepEqual(hub.requests, []);
    await deleteKeptModel(name);
    assert.deepEqual(await keptModels(), []);
    // What cannot be opened is not kept.
    hub.faults[weights] = { body: Buffer.alloc(fixtures.gpt2.files[weights].length, 1) };
    await assert.rejects(open("gpt2", { keep: true }));
    assert.deepEqual(await keptModels(), []);
    // Files that the reader has are not kept once more.
    (await fromFiles(fixtures.gpt2, { keep: true })).close();
    assert.deepEqual(await keptModels(), []);
  } finally {
    delete globalThis.navigator;
  }
});

test("of an architecture that is not known no weights are fetched", async () => {
  const config = Buffer.from(
    JSON.stringify({ ...JSON.parse(fixtures.llama.files["config.json"]), model_type: "llama9" }),
  );
  models["test/unknown"] = { ...fixtures.llama.files, "config.json": config };
  await assert.rejects(
    open("unknown"),
    /^Error: config\.json: model_type is "llama9"; this .* by its name: llama\. Supported/,
  );
  assert.deepEqual(asked(weights), []);
});

test("a revision is asked for as such", async () => {
  (await open("gpt2", {}, { revision: "v1" })).close();
  assert.ok(hub.requests.every(({ host, path }) => host === "store" || /\/(tree|resolve)\/v1/.test(path)));
  await refused(open("gpt2", {}, { revision: "none" }), "missing", /the model has no such revision at .*\/tree\/none$/);
});

test("connections that break go on where they were", async () => {
  const wanted = await resultOf(await fromFiles(fixtures.gpt2), fixtures.gpt2);
  hub.faults[weights] = { drop: [10_000, 1, 50_000] };
  const told = [];
  const model = await open("gpt2", { onProgress: (progress) => told.push(progress) });
  assert.deepEqual(await resultOf(model, fixtures.gpt2), wanted);
  const size = fixtures.gpt2.files[weights].length;
  assert.deepEqual(
    asked(weights)
      .filter(({ host }) => host === "store")
      .map(({ range }) => range),
    [undefined, ...[10_000, 10_001, 60_001].map((start) => `bytes=${start}-${size - 1}`)],
  );
  // No byte is counted twice.
  const total = told.at(-1).total;
  assert.equal(told.at(-1).loaded, total);
  for (const [i, { loaded }] of told.entries()) assert.ok(loaded > (told[i - 1]?.loaded ?? 0) && loaded <= total);
});

test("a server that does not know ranges sends all again, and nothing is read twice", async () => {
  const wanted = await resultOf(await fromFiles(fixtures.gpt2), fixtures.gpt2);
  hub.faults[weights] = { noRanges: true, drop: [10_000, 20_000] };
  assert.deepEqual(await resultOf(await open("gpt2"), fixtures.gpt2), wanted);
  assert.equal(asked(weights).filter(({ host }) => host === "store").length, 3);
});

test("a host that does not say how long a file is has its header asked", async () => {
  const wanted = await resultOf(await fromFiles(fixtures.gpt2), fixtures.gpt2);
  hub.faults[weights] = { noLength: true };
  assert.deepEqual(await resultOf(await folder("gpt2"), fixtures.gpt2), wanted);
  assert.equal(asked(weights)[1].range, "bytes=0-7");
});

test("a file that becomes another while it is read is not mixed with the first", async () => {
  let version = 1;
  hub.faults[weights] = { drop: [10_000], etag: () => `"${version++}"` };
  await refused(
    open("gpt2"),
    "changed",
    /^model\.safetensors became another file while it was read; open the model again$/,
  );
});

test("bytes that are not those that the hub lists are refused, and not kept", async () => {
  const flipped = (bytes) => {
    const copy = Buffer.from(bytes);
    copy[copy.length - 1] ^= 1;
    return copy;
  };
  const { files } = fixtures.gpt2;
  const sha256 = createHash("sha256").update(flipped(files[weights])).digest("hex");
  hub.faults[weights] = { body: flipped(files[weights]) };
  await refused(
    open("gpt2"),
    "damaged",
    new RegExp(
      `^model\\.safetensors came with other bytes than the hub has: its SHA-256 is ${sha256}, not [0-9a-f]{64}; open`,
    ),
  );
  delete hub.faults[weights];
  // What Git itself holds has SHA-1, of a header and the bytes.
  hub.faults["config.json"] = { body: flipped(files["config.json"]) };
  await refused(
    open("gpt2"),
    "damaged",
    /^config\.json came with other bytes than the hub has: its SHA-1 is [0-9a-f]{40}, not/,
  );
  delete hub.faults["config.json"];
  // A connection that breaks is no damage: all of it is checked, from the first byte to the last.
  hub.faults[weights] = { drop: [1, 10_000] };
  (await open("gpt2")).close();
});

test("what goes on breaking is given up, with how far it came", async () => {
  hub.faults[weights] = { drop: [10_000, 0, 0, 0, 0, 0, 0, 0] };
  await refused(
    open("gpt2"),
    "network",
    /^model\.safetensors broke off after 10000 bytes, and 127\.0\.0\.1:\d+ was not reached again$/,
  );
});

test("opening ends when it is no longer wanted: while files are listed, while they are read, between attempts", async () => {
  const fetched = () => asked(weights).filter(({ host }) => host === "store").length;
  for (const [file, fault, isThere] of [
    ["tree", { delay: 60_000 }, () => asked("/tree/main").length === 1],
    [weights, { delay: 60_000 }, () => fetched() === 1],
    [weights, { drop: Array(100).fill(100) }, () => fetched() === 3],
  ]) {
    hub.requests.length = 0;
    hub.faults[file] = fault;
    const controller = new AbortController();
    let isOver = false;
    const opening = open("gpt2", { signal: controller.signal }).finally(() => {
      isOver = true;
    });
    const refusal = assert.rejects(opening, { name: "AbortError" });
    while (!isThere() && !isOver) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    await refusal;
    assert.ok(isThere(), `${hub.requests.length} requests`);
    delete hub.faults[file];
  }
});

test("servers that refuse are quoted, with what can be done", async () => {
  await refused(
    open("none"),
    "gated",
    /^test\/none was not read: http:\S+\/tree\/main asks who you are \(401\); test\/none may be gated, private, or not there: see \S+\/test\/none, where .* or download its files there and open them$/,
  );
  for (const [status, fault, message] of [
    [403, "gated", /asks who you are \(403\)/],
    [404, "missing", /^model\.safetensors was not found at \S+ \(404\)$/],
    [429, "server", /127\.0\.0\.1:\d+ was asked too often \(429\); try again later$/],
    [500, "server", /^model\.safetensors was not read: 127\.0\.0\.1:\d+ answered 500$/],
  ]) {
    hub.faults[weights] = { status };
    await refused(open("gpt2"), fault, message);
  }
  // One that is busy for a moment is asked again.
  let answers = 0;
  hub.faults[weights] = { status: () => (answers++ < 2 ? 503 : undefined) };
  (await open("gpt2")).close();
});

test("a host that is not there, and one that is no hub, are said to be that", async () => {
  await refused(
    open("gpt2", {}, { endpoint: "http://127.0.0.1:1" }),
    "network",
    /^test\/gpt2 was not read: 127\.0\.0\.1:1 was not reached$/,
  );
  hub.faults.tree = { body: Buffer.from("<!doctype html>") };
  await refused(open("gpt2"), "format", /is no hub: it lists files in another form than JSON$/);
  hub.faults.tree = { body: Buffer.from("{}") };
  await refused(open("gpt2"), "format", /is no hub: it lists no files$/);
  await refused(
    openModel({ url: `${hub.address}/folder/test/none` }),
    "missing",
    /^there is no config\.json at http:.*\/folder\/test\/none\/$/,
  );
});

test("what is there in place of a file is named", async () => {
  const page = Buffer.from("<!DOCTYPE html><html><title>Sign in</title></html>");
  const pointer = Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 100000\n`,
  );
  const { files } = fixtures.gpt2;
  const changed = (name, bytes) => fromFiles({ files: { ...files, [name]: bytes } });
  await refused(
    changed(weights, pointer),
    "format",
    /^model\.safetensors is a pointer of Git LFS in place of the file; download/,
  );
  await refused(changed(weights, page), "format", /^model\.safetensors is a web page in place of the file/);
  hub.faults["config.json"] = { body: page };
  await refused(
    folder("gpt2"),
    "format",
    /^config\.json is a web page in place of the file; the address may be that of a page$/,
  );
  // A host that answers with a page for what is not there does not have those files.
  delete hub.faults["config.json"];
  for (const name of ["model.safetensors.index.json", "tokenizer.json", "vocab.txt", "generation_config.json"])
    hub.faults[name] = { body: page };
  (await folder("gpt2")).close();
  for (const [name, message] of [
    [
      "model.Q4_K_M.gguf",
      /^model\.Q4_K_M\.gguf is GGUF, a form of llama\.cpp, which is not read; open the model that it was made of/,
    ],
    ["model.onnx", /^model\.onnx is ONNX, a graph of operators, which is not read/],
    ["tf_model.h5", /^tf_model\.h5 is a form of TensorFlow or Flax/],
    ["weights.pt", /^weights\.pt is a pickle of PyTorch, which is not read; save it as safetensors/],
  ])
    await refused(
      fromFiles({ files: { "config.json": files["config.json"], [name]: Buffer.alloc(100) } }),
      "format",
      message,
    );
});

test("an index names files beside it and no others", async () => {
  const index = "model.safetensors.index.json";
  const { files } = fixtures.qwen2;
  const changed = (json) => fromFiles({ files: { ...files, [index]: Buffer.from(JSON.stringify(json)) } });
  await assert.rejects(changed({}), { message: `${index} has no weight_map` });
  for (const file of ["../model.safetensors", "http://other/model.safetensors", "model.bin", 7])
    await assert.rejects(
      changed({ weight_map: { a: file } }),
      /names the file .*, which is no safetensors file beside it$/,
    );
});

test("a token is sent to the hub's own origin only, and stands in no error", async () => {
  hub.gated.set("test/gpt2", "hf_secret");
  await refused(open("gpt2"), "gated", /asks who you are \(401\); test\/gpt2 may be gated/);
  try {
    setHubToken("hf_secret", hub.address);
    hub.requests.length = 0;
    (await open("gpt2")).close();
    for (const { host, authorization } of hub.requests)
      assert.equal(authorization, host === "hub" ? "Bearer hf_secret" : undefined);
    assert.ok(hub.requests.some(({ host }) => host === "store"));
    // Another origin, were it the same machine, does not get it.
    await assert.rejects(open("gpt2", {}, { endpoint: hub.storeAddress }));
    assert.ok(
      hub.requests.filter(({ host }) => host === "store").every(({ authorization }) => authorization === undefined),
    );
    setHubToken("hf_wrong", hub.address);
    const error = await open("gpt2").catch((reason) => reason);
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /hf_wrong/);
    // Nor does what signs an address.
    hub.faults[weights] = { status: 403 };
    setHubToken("hf_secret", hub.address);
    assert.doesNotMatch(String(await open("gpt2").catch((reason) => reason)), /hf_secret|Signature/);
  } finally {
    setHubToken(undefined, hub.address);
  }
  await assert.rejects(async () => setHubToken("a\nb"), { message: "the token has characters that no token has" });
});

test("names, revisions and addresses that cannot be are refused", async () => {
  for (const name of ["", "..", "../x", "a/b/c", "a b", "a/..", 7, undefined, "a?b"])
    await assert.rejects(
      openModel({ hub: name, endpoint: hub.address }),
      /^Error: the hub's name of a model is .*; it must be like "org\/name"$/,
    );
  for (const revision of ["", "a?b", "../x", 7])
    await assert.rejects(open("gpt2", {}, { revision }), /^Error: the revision is /);
  for (const [endpoint, message] of [
    ["ftp://x", /must begin with https:$/],
    ["http://example.org", /must begin with https:$/],
    ["x", /is no address$/],
  ])
    await assert.rejects(open("gpt2", {}, { endpoint }), message);
  await assert.rejects(openModel({ url: "file:///etc/" }), /begins with file:; it must be one of http or https$/);
  await assert.rejects(openModel({ url: "models" }), /^Error: the address "models" is none$/);
  assert.equal(hub.requests.length, 0);
});
