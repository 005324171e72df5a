/** heed/models on several threads in Node: the same numbers, to the bit, and workers that end. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { openModel } from "heed/models";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { modelFixture } from "./model-fixture.mjs";

const open = (name, options) =>
  openModel(
    {
      files: Object.entries(modelFixture(name).files).map(([file, bytes]) => ({ name: file, blob: new Blob([bytes]) })),
    },
    options,
  );

// A decoder with positions added, one with rotary positions, an encoder, an encoder-decoder.
for (const [name, options] of [
  ["gpt2", {}],
  ["llama", {}],
  ["llama", { dtype: "q8" }],
  ["gemma2", {}],
  ["bert", {}],
  ["t5", {}],
])
  test(`${name} ${options.dtype ?? ""} computes the same on one, two and three threads`, async () => {
    const { expected } = modelFixture(name);
    const inputs = {
      inputIds: expected.input_ids.data,
      ...(expected.decoder_input_ids && { decoderInputIds: expected.decoder_input_ids.data }),
    };
    const results = [];
    for (const threads of [1, 2, 3]) {
      const model = await open(name, { ...options, threads });
      assert.equal(model.info.threads, threads);
      const all = await model.forward(inputs, { attentions: true, hiddenStates: true });
      // However the work is shared, each number is added up in the same order.
      const text = [];
      if (model.info.kind === "decoder")
        for await (const step of model.generate(inputs, { maxNewTokens: 8, eosTokenId: null })) text.push(step);
      const run = await model.run(inputs);
      const report = run.reports(1);
      model.close();
      // A run can be looked at after its threads have ended.
      assert.deepEqual(run.reports(1), report);
      run.close();
      results.push({ all, text, report });
    }
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
  });

test("where none are asked for, there is a thread for each processor, of eight at most", async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  try {
    for (const [processors, threads] of [
      [1, 1],
      [3, 3],
      [9, 8],
    ]) {
      // Node says it from version 21 on.
      Object.defineProperty(globalThis, "navigator", {
        value: { hardwareConcurrency: processors },
        configurable: true,
      });
      const model = await open("gpt2", {});
      assert.equal(model.info.threads, threads);
      model.close();
    }
  } finally {
    if (own) Object.defineProperty(globalThis, "navigator", own);
    else delete globalThis.navigator;
  }
  await assert.rejects(open("gpt2", { threads: 1.5 }), { message: "threads is 1.5; it must be a whole number from 1" });
});

test("threads of a model that is not closed do not keep the process", () => {
  const script = `
    import { openModel } from "heed/models";
    import { modelFixture } from "./tests/package/model-fixture.mjs";
    const { files } = modelFixture("gpt2");
    const blobs = Object.entries(files).map(([name, bytes]) => ({ name, blob: new Blob([bytes]) }));
    const model = await openModel({ files: blobs }, { threads: 3 });
    await model.forward({ inputIds: [1, 2, 3] });
    console.log(model.info.threads);`;
  const options = { cwd: repository, timeout: 60_000 };
  assert.equal(execFileSync(process.execPath, ["--input-type=module", "-e", script], options).toString(), "3\n");
});
