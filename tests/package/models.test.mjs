/** heed/models in Node, on the very files that transformers computed the expected values on. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspectModel, openModel, spreadOf, weightDifference, weightsBetweenGroups } from "heed/models";
import { byteTokenizer } from "../hub/byte-tokenizer.mjs";
import { compareWhole, generated } from "./compare-with-fixture.mjs";
import { fixtureNames, modelFixture } from "./model-fixture.mjs";

const blobs = (files) => Object.entries(files).map(([name, bytes]) => ({ name, blob: new Blob([bytes]) }));
const open = (files, options) => openModel({ files: blobs(files) }, options);
const values = (tensor) => (tensor ? Array.from(tensor.data) : undefined);
const inputIds = [5, 6, 7, 8];

test("there is a fixture for each of the 48 models", () => assert.equal(fixtureNames.length, 48));

for (const name of fixtureNames)
  test(`${name} computes what transformers computes`, async () => {
    const fixture = modelFixture(name);
    const model = await open(fixture.files);
    await compareWhole(fixture, model);
    model.close();
  });

test("a folder is opened as its files are, and progress is told", async () => {
  const { files } = modelFixture("gpt2");
  const folder = mkdtempSync(join(tmpdir(), "heed-model-"));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, "README.md"), "ignored");
    const told = [];
    const model = await openModel({ folder }, { onProgress: (progress) => told.push(progress) });
    const size = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    assert.deepEqual([told.at(-1).loaded, told.at(-1).total], [size, size]);
    assert.deepEqual(
      values((await model.forward({ inputIds })).logits),
      values((await (await open(files)).forward({ inputIds })).logits),
    );
    assert.deepEqual(model.info, {
      family: "gpt2",
      architecture: "GPT2LMHeadModel",
      kind: "decoder",
      layers: 2,
      heads: 4,
      keyValueHeads: 4,
      headDim: 12,
      width: 48,
      vocabulary: 256,
      context: 64,
      parameters: model.info.parameters,
      bytes: model.info.bytes,
      memory: model.info.memory,
      dtype: "f32",
      threads: Math.min(globalThis.navigator?.hardwareConcurrency ?? 1, 8),
      predicts: "tokens",
    });
    assert.ok(model.info.parameters > 70_000 && model.info.bytes >= 4 * model.info.parameters);
    assert.ok(model.info.memory > model.info.bytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
  await assert.rejects(openModel({ folder: join(folder, "none") }), /ENOENT/);
});

test("a tokenizer in SentencePiece's own form is named, with what to do", async () => {
  const { files } = modelFixture("gpt2");
  for (const name of ["tokenizer.model", "spiece.model", "source.spm"]) {
    const model = await open({ ...files, [name]: Buffer.from("\n\x0e\n\x05<unk>") });
    assert.equal(model.tokenizer, undefined);
    assert.match(
      model.whyNoTokenizer,
      new RegExp(`^${name} is in SentencePiece's own form, which is not read; open the model with a tokenizer\\.json`),
    );
  }
  const both = await open({ ...files, "tokenizer.model": Buffer.alloc(3), "tokenizer.json": byteTokenizer() });
  assert.ok(both.tokenizer);
  assert.equal(both.whyNoTokenizer, undefined);
});

test("a file of a folder that changes while it is read is not mixed with what it was", async () => {
  const { files } = modelFixture("gpt2");
  const folder = mkdtempSync(join(tmpdir(), "heed-model-"));
  const weights = join(folder, "model.safetensors");
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const later = () => utimesSync(weights, new Date(), new Date(Date.now() + 5000));
    const onProgress = ({ loaded, total }) => loaded < total && later();
    await assert.rejects(openModel({ folder }, { onProgress }), {
      fault: "changed",
      message: "model.safetensors became another file while it was read; open the model again",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a model that comes with a tokenizer takes texts", async () => {
  const { files } = modelFixture("gpt2");
  const model = await open({ ...files, "tokenizer.json": byteTokenizer() });
  const { ids, tokens, offsets } = model.tokenizer.encode("Hi é");
  assert.deepEqual(tokens, ["H", "i", " ", "<0xC3>", "<0xA9>"]);
  assert.deepEqual(offsets.at(-1), [3, 4]);
  assert.equal(model.tokenizer.decode(ids), "Hi é");
  assert.deepEqual((await model.forward({ inputIds: ids })).logits.shape, [1, 5, 256]);
  assert.equal((await open(files)).tokenizer, undefined);
  await assert.rejects(open({ ...files, "tokenizer.json": byteTokenizer(257) }), {
    message: "the tokenizer has 257 tokens but the model only 256: they are not of the same model",
  });
  await assert.rejects(open({ ...files, "tokenizer.json": Buffer.from("<html>") }), {
    message: /^tokenizer\.json is a web page in place of the file/,
  });
});

test("texts that are continued come as texts, where there is a tokenizer", async () => {
  const { files } = modelFixture("gpt2");
  const options = { maxNewTokens: 40, eosTokenId: null };
  const stepsOf = async (model) => {
    const steps = [];
    for await (const step of model.generate({ inputIds }, options)) steps.push(step);
    return steps;
  };
  const model = await open({ ...files, "tokenizer.json": byteTokenizer() });
  const steps = await stepsOf(model);
  const all = steps.map(({ id }) => id);
  const before = model.tokenizer.decode(inputIds);
  const text = before + steps.map(({ text }) => text).join("");
  // Bytes that begin a character which never becomes complete are held back.
  assert.ok(model.tokenizer.decode([...inputIds, ...all]).startsWith(text.replace(/\ufffd+$/, "")));
  assert.ok(steps.every(({ text }) => typeof text === "string"));
  const without = await stepsOf(await open(files));
  assert.deepEqual(
    without.map(({ id }) => id),
    all,
  );
  assert.ok(without.every((step) => !("text" in step)));
});

test("only what is asked for is kept", async () => {
  const model = await open(modelFixture("llama").files);
  assert.deepEqual(Object.keys(await model.forward({ inputIds })), ["logits"]);
  const last = await model.forward({ inputIds }, { logits: "last" });
  assert.deepEqual(last.logits.shape, [1, 1, 256]);
  const some = await model.forward({ inputIds }, { logits: "none", attentions: [{ layer: 1, heads: [2] }] });
  assert.deepEqual(Object.keys(some), ["attentions"]);
  assert.equal(some.attentions[0], undefined);
  assert.deepEqual(some.attentions[1].shape, [1, 1, 4, 4]);
  const all = await model.forward({ inputIds }, { attentions: true });
  // Layer 0 need not form its weights then, and sums in another order.
  const head = values(all.attentions[1]).slice(2 * 16, 3 * 16);
  for (const [i, weight] of values(some.attentions[1]).entries()) assert.ok(Math.abs(weight - head[i]) <= 1e-6);
});

test("interventions change what depends on them", async () => {
  const model = await open(modelFixture("gpt2").files);
  const options = { attentions: true, hiddenStates: true };
  const plain = await model.forward({ inputIds }, options);
  const ablated = await model.forward({ inputIds }, { ...options, interventions: { ablate: [{ layer: 1, head: 0 }] } });
  assert.deepEqual(values(ablated.hiddenStates[1]), values(plain.hiddenStates[1]));
  assert.notDeepEqual(values(ablated.logits), values(plain.logits));
  const pair = { layer: 0, head: 1, query: 3, key: 1 };
  const masked = await model.forward({ inputIds }, { ...options, interventions: { mask: [pair] } });
  assert.equal(masked.attentions[0].data[16 + 3 * 4 + 1], 0);
  // A run patched with all of another's hidden states gives what the other gives.
  const other = await model.forward({ inputIds: [9, 10, 11, 12] }, options);
  const patch = [0, 1, 2, 3].map((position) => ({ layer: 1, position, from: other }));
  const patched = await model.forward({ inputIds }, { ...options, interventions: { patch } });
  assert.deepEqual(values(patched.logits), values(other.logits));
  const one = await model.forward({ inputIds }, { ...options, interventions: { patch: patch[2] } });
  assert.deepEqual(values(one.hiddenStates[1]).slice(96, 144), values(other.hiddenStates[1]).slice(96, 144));

  const refused = (interventions, message) =>
    assert.rejects(model.forward({ inputIds }, { interventions }), { message });
  await refused({ patch: { layer: 2, position: 0, from: other } }, "patch[0].layer is 2; it must be from 0 to 1");
  await refused(
    { patch: { layer: 0, position: 4, from: other } },
    "patch[0].position is 4; the run that it is from has 4 positions",
  );
  await refused(
    { patch: { layer: 0, position: 0, from: {} } },
    "patch[0].from has no hidden states; run forward with hiddenStates: true",
  );
  await refused({ ablate: [{ layer: 0 }] }, "ablate[0].head is undefined; it must be a whole number");
  await refused(
    { ablate: [{ layer: 0, head: 0, kind: "own" }] },
    'ablate[0].kind is "own"; it must be "encoder", "decoder" or "cross"',
  );
});

test("a run gives every head as the forward pass does, and predictions of each layer", async () => {
  for (const name of ["gpt2", "gemma2", "bert", "t5"]) {
    const { files, expected } = modelFixture(name);
    const model = await open(files);
    const inputs = {
      inputIds: expected.input_ids.data,
      ...(expected.decoder_input_ids && { decoderInputIds: expected.decoder_input_ids.data }),
    };
    const out = await model.forward(inputs, { attentions: true });
    const run = await model.run(inputs);
    const kinds = out.attentions
      ? { attentions: undefined }
      : { encoderAttentions: "encoder", decoderAttentions: "decoder", crossAttentions: "cross" };
    for (const [list, kind] of Object.entries(kinds))
      for (const [layer, { data, shape }] of out[list].entries()) {
        const [, heads, queries, keys] = shape;
        for (let head = 0; head < heads; head++) {
          const one = run.head(layer, head, kind);
          assert.deepEqual([one.queries, one.keys], [queries, keys]);
          const wanted = data.subarray(head * queries * keys, (head + 1) * queries * keys);
          const worst = one.weights.reduce((most, weight, i) => Math.max(most, Math.abs(weight - wanted[i])), 0);
          // Recomputed from the log-sum-exp, as tests/cpp/model/model_run_test.cpp has it.
          assert.ok(worst <= 2e-5, `${name} ${list} ${layer} ${head}: ${worst}`);
          assert.equal(one.visible.length, queries * keys);
          const { entropy, thumbnail } = run.report(layer, head, 1, kind);
          assert.deepEqual(thumbnail, { rows: queries, columns: keys, cells: one.weights });
          assert.ok(entropy <= 1.0001);
        }
        assert.equal(run.meanOfHeads(layer, kind).weights.length, queries * keys);
      }
    const { layers, vocabulary } = model.info;
    const position = out.logits.shape[1] - 1;
    const last = out.logits.data.subarray(position * vocabulary);
    const [best] = run.predictions(layers, position, 1);
    assert.equal(last[best.id], Math.max(...last));
    assert.deepEqual(run.predictions(layers, position, [best.id]), [best]);
    assert.equal(run.predictions(0, position, 3).length, 3);
    run.close();
    run.close();
    assert.throws(() => run.head(0, 0), { message: "the run is closed" });
    model.close();
  }
});

test("a run is refused what it does not have, and outlives its model", async () => {
  const model = await open(modelFixture("gpt2").files);
  const run = await model.run({ inputIds }, { interventions: { mask: [{ layer: 0, head: 1, query: 3, key: 1 }] } });
  model.close();
  assert.equal(run.head(0, 1).weights[3 * 4 + 1], 0);
  assert.equal(run.head(0, 1).visibleKeys[3], 3);
  assert.throws(() => run.head(2, 0), { message: "there is no layer 2 among 2" });
  assert.throws(() => run.head(0.5, 0), { message: "layer is 0.5; it must be a whole number" });
  assert.throws(() => run.head(0, 0, "own"), {
    message: 'kind is "own"; it must be "encoder", "decoder" or "cross"',
  });
  assert.throws(() => run.report(0, 0, 0), { message: "cells of 0 × 0 weights; they must be at least 1 × 1" });
  assert.throws(() => run.predictions(0, 0, "text"));
  run.close();
  const vit = await open(modelFixture("vit").files);
  await assert.rejects(vit.run({ inputIds: [1] }), /an image model takes pixels, not 1 tokens/);
  const other = await open(modelFixture("bert").files);
  await assert.rejects(other.run({ inputIds }, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("a run goes on with the keys and values that it keeps", async () => {
  const model = await open(modelFixture("llama").files);
  const whole = await model.run({ inputIds });
  const run = await model.run({ inputIds: inputIds.slice(0, 2) });
  run.extend(inputIds.slice(2));
  const { tokens, computed, bytes } = run.keptKeys();
  const { layers, keyValueHeads, headDim } = model.info;
  assert.deepEqual([tokens, computed], [inputIds.length, inputIds.length - 2]);
  assert.equal(bytes, 4 * 2 * layers * keyValueHeads * headDim * inputIds.length);
  const { weights } = whole.head(1, 2);
  for (const [i, weight] of run.head(1, 2).weights.entries()) assert.ok(Math.abs(weight - weights[i]) < 1e-5);
  for await (const { id } of model.generate({ inputIds }, { maxNewTokens: 1, temperature: 2, seed: 5 }))
    assert.equal(run.nextToken({ temperature: 2, seed: 5 }).id, id);
  // A run's next token is one, and ends where the model says.
  for (const option of ["eosTokenId", "maxNewTokens"])
    assert.throws(() => run.nextToken({ [option]: 5 }), {
      message: `options has no "${option}"; there are temperature, topK, topP, seed`,
    });
  run.truncate(1);
  assert.deepEqual(run.attentions(), [{ kind: "decoder", heads: [4, 4], queries: 1, keys: 1 }]);
  assert.throws(() => run.truncate(2), { message: "the run has 1 tokens and cannot be cut to 2; it keeps at least 1" });
  const changed = await model.run({ inputIds }, { interventions: { ablate: [{ layer: 0, head: 0 }] } });
  assert.throws(() => changed.extend([1]), { message: /^a run with token types other than 0, a mask or changes/ });
});

test("a run says how its weights come about, and what comes of them", async () => {
  const model = await open(modelFixture("llama").files);
  const run = await model.run({ inputIds });
  assert.deepEqual(run.attentions(), [{ kind: "decoder", heads: [4, 4], queries: 4, keys: 4 }]);
  assert.deepEqual(
    run.reports(1, 2),
    [0, 1, 2, 3].map((head) => run.report(1, head, 2)),
  );
  const { weights } = run.head(1, 2);
  const logits = run.pairValues(1, 2, "logit");
  const products = run.pairValues(1, 2, "product");
  const pair = run.explain(1, 2, 3, 1);
  assert.equal(pair.weight, weights[3 * 4 + 1]);
  assert.ok(Math.abs(pair.logit - logits[3 * 4 + 1]) < 1e-4);
  assert.ok(Math.abs(pair.product - products[3 * 4 + 1]) < 1e-4);
  assert.ok(Math.abs(Math.exp(pair.logit - pair.logSumExp) - pair.weight) < 1e-5);
  assert.equal(pair.products.length, model.info.headDim);
  assert.deepEqual(run.weightsOfQuery(1, 3).slice(2 * 4, 3 * 4), weights.slice(3 * 4));
  assert.ok(Math.abs(run.rollout(3).reduce((sum, share) => sum + share, 0) - 1) < 1e-5);
  const [best] = run.predictions(2, 3, 1);
  const effects = run.directEffects(3, best.id);
  assert.ok(Math.abs(effects.logit - best.logit) < 1e-4);
  const parts = [effects.embedding, effects.constant, ...effects.feedForward, ...effects.heads.flat()];
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - effects.logit) < 1e-9);
  const layers = [effects.embedding, effects.constant, ...effects.layers];
  assert.ok(Math.abs(layers.reduce((sum, part) => sum + part, 0) - effects.logit) < 1e-9);
  const changed = await model.run({ inputIds }, { interventions: { ablate: [{ layer: 0, head: 0 }] } });
  assert.deepEqual(run.divergenceFrom(changed, 0), [0, 0, 0, 0]);
  assert.ok(run.divergenceFrom(changed, 1).every((nats) => nats > 0));
  assert.throws(() => run.pairValues(0, 0, "entropy"), {
    message: 'which is "entropy"; it must be "product", "logit", "weighted norm" or "without first key"',
  });
  assert.throws(() => run.explain(0, 0, 4, 0), { message: /there is no pair of query 4 and key 0/ });
  const unlike = run.divergenceFromHead(1, { layer: 1, head: 2 });
  assert.equal(unlike[2], 0);
  assert.ok(unlike.length === 4 && unlike.every((nats, head) => head === 2 || (nats > 0 && nats <= Math.LN2)));
  // The same sums in another order.
  assert.ok(Math.abs(run.divergenceFromHead(1, { layer: 1, head: 0 })[2] - unlike[0]) < 1e-12);
  assert.throws(() => run.divergenceFromHead(7, { layer: 1, head: 0 }), { message: /there is no layer 7/ });
  const second = await open(modelFixture("gpt2").files);
  const there = await second.run({ inputIds: [1, 2, 3, 5] });
  const apart = run.divergenceFrom(there, 1);
  // The same sums in another order.
  for (const [head, nats] of there.divergenceFrom(run, 1).entries()) assert.ok(Math.abs(nats - apart[head]) < 1e-12);
  assert.ok(apart.length === 4 && apart.every((nats) => nats >= 0 && nats <= Math.LN2 * (1 + 1e-6)));
  assert.throws(() => run.divergenceFrom(there, 1, "cross"), { message: "the model has no cross attention" });
  second.close();
  there.close();
  changed.close();
  assert.throws(() => run.divergenceFrom(changed, 0), { message: "the run is closed" });
  const { mean, deviation, largest, largestAt } = await spreadOf(Float64Array.of(1, 3));
  assert.deepEqual([mean, deviation, largest, largestAt], [2, 1, 3, 1]);
  await assert.rejects(spreadOf([1]), { message: /it must be a Float64Array/ });
  assert.deepEqual(
    await weightsBetweenGroups(Float32Array.of(1, 0, 0.25, 0.75), [0, 0], [0, -1]),
    Float32Array.of(0.625),
  );
  await assert.rejects(weightsBetweenGroups(Float32Array.of(1, 0), [0], [0, 2]), {
    message: "the group is 2; of 2 keys it must be from -1 to 1",
  });
  await assert.rejects(weightsBetweenGroups([1], [0], [0]), { message: /it must be a Float32Array/ });
  assert.deepEqual(await weightDifference(Float32Array.of(1, 0.25), Float32Array.of(0.5, 0.5)), {
    weights: Float32Array.of(-0.5, 0.25),
    largest: 0.5,
  });
  await assert.rejects(weightDifference(Float32Array.of(1), Float32Array.of(1, 0)), { message: /\(1, 1, 1, 2\)/ });
  run.close();
  model.close();
});

test("texts are drawn from a seed, end where they are told to, and stop when they are no longer wanted", async () => {
  const model = await open(modelFixture("llama").files);
  const options = { temperature: 1, topK: 50, topP: 0.9, seed: 7, maxNewTokens: 12, eosTokenId: null };
  const once = await generated(model, { inputIds }, options);
  assert.equal(once.length, 12);
  assert.deepEqual(await generated(model, { inputIds }, options), once);
  assert.notDeepEqual(await generated(model, { inputIds }, { ...options, seed: 8 }), once);
  const until = once.slice(0, once.indexOf(once[4]) + 1);
  assert.deepEqual(await generated(model, { inputIds }, { ...options, eosTokenId: once[4] }), until);
  assert.deepEqual(await generated(model, { inputIds }, { ...options, eosTokenId: [255, once[4]] }), until);

  const controller = new AbortController();
  const text = model.generate({ inputIds }, { ...options, signal: controller.signal });
  await text.next();
  controller.abort();
  await assert.rejects(text.next(), { name: "AbortError" });
  await assert.rejects(model.forward({ inputIds }, { signal: controller.signal }), { name: "AbortError" });
  // One that is not read to its end can be left.
  for await (const _ of model.generate({ inputIds }, options)) break;
});

test("weights as blocks of 8 bits change little, of 4 bits more", async () => {
  const { files } = modelFixture("llama");
  const plain = (await (await open(files)).forward({ inputIds })).logits.data;
  const largest = Math.max(...plain.map(Math.abs));
  // Measured: 0.036 and 0.585, which is 16 times as much as steps are; a tenth more, for other instruction sets.
  for (const [dtype, tolerance] of [
    ["f32", 0],
    ["q8", 0.04],
    ["q4", 0.64],
  ]) {
    const model = await open(files, { dtype });
    assert.equal(model.info.dtype, dtype);
    const logits = (await model.forward({ inputIds })).logits.data;
    const worst = Math.max(...logits.map((logit, i) => Math.abs(logit - plain[i])));
    assert.ok(worst <= tolerance * largest, `${dtype}: ${worst / largest}`);
    if (dtype !== "f32") assert.ok(worst > 0);
  }
});

test("files are given as bytes too", async () => {
  const { files } = modelFixture("gpt2");
  const named = (as) => Object.entries(files).map(([name, bytes]) => ({ name, bytes: as(bytes) }));
  const expected = values((await (await open(files)).forward({ inputIds })).logits);
  // A view into a larger buffer, a buffer of its own, and memory that workers share.
  for (const as of [
    (bytes) => Buffer.concat([Buffer.of(1, 2, 3), bytes]).subarray(3),
    (bytes) => Uint8Array.from(bytes).buffer,
    (bytes) => {
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
      shared.set(bytes);
      return shared;
    },
  ]) {
    const model = await openModel({ files: named(as) });
    assert.deepEqual(values((await model.forward({ inputIds })).logits), expected);
    model.close();
  }
  const { memory } = await inspectModel({ files: named((bytes) => bytes) });
  assert.deepEqual(memory, (await inspectModel({ files: blobs(files) })).memory);
  const damaged = named((bytes) => bytes).map((file) =>
    file.name === "model.safetensors" ? { ...file, bytes: file.bytes.subarray(1) } : file,
  );
  await assert.rejects(openModel({ files: damaged }), /^Error: model\.safetensors/);
  await assert.rejects(openModel({ files: [{ name: "config.json", bytes: [1, 2] }] }), {
    message: "files[0] is neither a File nor { name, blob } nor { name, bytes }",
  });
});

test("inputs that do not fit are refused with their values", async () => {
  const model = await open(modelFixture("gpt2").files);
  const bert = await open(modelFixture("bert").files);
  const refused = (inputs, message, options) => assert.rejects(model.forward(inputs, options), { message });
  await refused(undefined, "inputs is undefined; it must be an object");
  await refused({}, "there are no tokens");
  await refused(
    { ids: [1] },
    'inputs has no "ids"; there are inputIds, attentionMask, tokenTypeIds, decoderInputIds, pixelValues',
  );
  await refused({ inputIds: "text" }, 'inputIds is "text"; it must be an array of whole numbers');
  await refused({ inputIds: [1, 0.5] }, "inputIds[1] is 0.5; it must be a whole number");
  await refused({ inputIds: Array(65).fill(1) }, "the text has 65 tokens but the model's context is 64");
  await refused({ inputIds, attentionMask: [1, 1, 2, 1] }, "attentionMask[2] is 2; it must be 0 or 1");
  for (const name of ["attentionMask", "tokenTypeIds"])
    await refused({ inputIds, [name]: [] }, `${name} has 0 numbers for ${inputIds.length} tokens`);
  const none = { data: new Float32Array(0), shape: [1, 3, 0, 24] };
  await refused({ inputIds, pixelValues: none }, "pixelValues has shape (1, 3, 0, 24); it must not be empty");
  await refused({ inputIds }, 'logits is "some"; it must be "all", "last" or "none"', { logits: "some" });
  await refused({ inputIds }, 'options has no "hidden"; there are attentions, hiddenStates, logits, interventions', {
    hidden: true,
  });
  await assert.rejects(model.forward({ inputIds: [256] }), /256/);
  await assert.rejects(model.forward({ inputIds: [-1] }), /-1/);
  await assert.rejects(bert.generate({ inputIds }).next(), {
    message: "a model of kind encoder continues no text; decoders do",
  });
  await assert.rejects(model.generate({ inputIds }, { topP: 2 }).next(), {
    message: "top_p is 2; it must be above 0 and at most 1",
  });
  model.close();
  model.close();
  await assert.rejects(model.forward({ inputIds }), { message: "the model is closed" });
});

test("sources and files that are no model are refused with what is wrong", async () => {
  const { files } = modelFixture("gpt2");
  const config = (change) => ({
    ...files,
    "config.json": Buffer.from(JSON.stringify({ ...JSON.parse(files["config.json"]), ...change })),
  });
  const weights = (bytes) => ({ ...files, "model.safetensors": bytes });
  const refused = (given, message, options) => assert.rejects(open(given, options), { message });
  const whole = files["model.safetensors"];
  await assert.rejects(openModel({}), { message: "the source of a model must have files, a url, a hub or a folder" });
  await assert.rejects(openModel(undefined), {
    message: "the source of a model must have files, a url, a hub or a folder",
  });
  await assert.rejects(openModel({ files: [1] }), {
    message: "files[0] is neither a File nor { name, blob } nor { name, bytes }",
  });
  await refused(files, 'dtype is "q5"; it must be "file", "f32", "q8" or "q4"', { dtype: "q5" });
  await refused(files, "threads is 0; it must be a whole number from 1", { threads: 0 });
  await refused({}, "there is no config.json among the model's 0 files");
  await refused({ "config.json": files["config.json"] }, "there is no safetensors file among the model's 1 files");
  await refused({ ...files, "config.json": Buffer.from("{") }, "config.json is not JSON from its byte 1 on");
  await refused(config({ n_layer: 1e6 }), "config.json: n_layer is 1000000; it must be a whole number from 1 to 1024");
  await refused(config({ vocab_size: 2 ** 60 }), /^config\.json: vocab_size is 1152921504606847000; it must be/);
  await refused(config({ n_head: -4 }), /^config\.json: n_head is -4; it must be/);
  await refused(config({ n_layer: 3 }), "the checkpoint has no tensor h.2.attn.c_attn.weight");
  await refused(config({ n_embd: 60 }), /has shape \(.*\) but the configuration says \(/);
  await refused(
    config({ model_type: "unheard" }),
    /model_type is "unheard"; this architecture is not supported\. The nearest that is, by its name: \w+\. Supported: albert/,
  );
  for (const length of [0, 7, 100, 5000, whole.length - 1])
    await refused(weights(whole.subarray(0, length)), /^model\.safetensors: /);
  await refused(
    weights(Buffer.concat([whole, Buffer.alloc(1)])),
    /^model\.safetensors: the file's tensors end at byte/,
  );
  const spoilt = Buffer.from(whole);
  spoilt.fill(0xff, spoilt.length - 8);
  await refused(weights(spoilt), /NaN/);
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(open(files, { signal: controller.signal }), { name: "AbortError" });
  await assert.rejects(openModel({ files: blobs(files) }, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("files of weights that the index names are found, or missed by their names", async () => {
  const { files } = modelFixture("qwen2");
  const { "model-00002-of-00003.safetensors": _, ...others } = files;
  await assert.rejects(open(others), /is in model-00002-of-00003\.safetensors, which is not among the files$/);
});
