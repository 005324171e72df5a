/** What heed/models is asked for, and how it answers: shapes as transformers has them, and words where nothing fits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspectModel, openModel } from "heed/models";
import { modelFixture, safetensorsFile } from "./model-fixture.mjs";

const open = (files, options) =>
  openModel({ files: Object.entries(files).map(([name, bytes]) => ({ name, bytes })) }, options);
const inputIds = [5, 6, 7, 8];

/** A fixture's files with another class in their configuration, and tensors of float32 added: { name: [shape, numbers] }. */
function withHead(name, className, added) {
  const { files } = modelFixture(name);
  const config = { ...JSON.parse(files["config.json"]), architectures: [className] };
  return {
    "config.json": Buffer.from(JSON.stringify(config)),
    "model.safetensors": withTensors(files["model.safetensors"], added),
  };
}

/** A safetensors file with others of float32 after its own. */
function withTensors(file, added) {
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, begin).toString());
  const parts = [file.subarray(begin)];
  let end = file.length - begin;
  for (const [name, [shape, list]] of Object.entries(added)) {
    const bytes = Buffer.from(Float32Array.from(list).buffer);
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
    parts.push(bytes);
  }
  return safetensorsFile(header, parts);
}

const numbers = (count, seed) => Array.from({ length: count }, (_, i) => Math.sin(seed + 1.7 * i));
/** matrix (rows × columns) times vector, plus bias. */
const mapped = (matrix, vector, bias) =>
  bias.map((sum, row) => vector.reduce((all, x, c) => all + matrix[row * vector.length + c] * x, sum));

test("logits of text classifiers are those of transformers' formula, [1, classes]", async () => {
  const [width, classes] = [48, 3];
  const dense = [numbers(width * width, 1), numbers(width, 2)];
  const out = [numbers(classes * width, 3), numbers(classes, 4)];
  for (const [name, className, denseName, activate] of [
    ["distilbert", "DistilBertForSequenceClassification", "pre_classifier", (x) => Math.max(x, 0)],
    ["bert", "BertForSequenceClassification", "bert.pooler.dense", Math.tanh],
    ["roberta", "RobertaForSequenceClassification", "classifier.dense", Math.tanh],
  ]) {
    const outName = name === "roberta" ? "classifier.out_proj" : "classifier";
    const model = await open(
      withHead(name, className, {
        [`${denseName}.weight`]: [[width, width], dense[0]],
        [`${denseName}.bias`]: [[width], dense[1]],
        [`${outName}.weight`]: [[classes, width], out[0]],
        [`${outName}.bias`]: [[classes], out[1]],
      }),
    );
    assert.equal(model.info.predicts, "classes", name);
    const { logits, hiddenStates } = await model.forward({ inputIds }, { hiddenStates: true });
    assert.deepEqual(logits.shape, [1, classes], name);
    const first = Array.from(hiddenStates.at(-1).data.subarray(0, width));
    const expected = mapped(out[0], mapped(dense[0], first, dense[1]).map(activate), out[1]);
    // Sums of 48 products of float32.
    for (const [i, logit] of expected.entries()) assert.ok(Math.abs(logits.data[i] - logit) < 1e-4, `${name} ${i}`);
    model.close();
  }
});

test("a class whose head is not supported says so; a bare model has nothing to say", async () => {
  const model = await open(
    withHead("llama", "LlamaForSequenceClassification", { "score.weight": [[2, 48], numbers(96, 1)] }),
  );
  assert.equal(model.info.predicts, "nothing");
  assert.equal(
    model.info.whyNoLogits,
    "the head of LlamaForSequenceClassification is not supported, or not among the tensors; the last hidden state takes the place of logits",
  );
  const result = await model.forward({ inputIds });
  assert.deepEqual(Object.keys(result), ["lastHiddenState"]);
  const bare = await open(withHead("llama", "LlamaModel", {}));
  assert.equal(bare.info.whyNoLogits, undefined);
});

test("layers and heads of attentions are named once", async () => {
  const model = await open(modelFixture("gpt2").files);
  const refused = (attentions, message) => assert.rejects(model.forward({ inputIds }, { attentions }), { message });
  await refused([{ layer: 0, heads: [1, 1] }], "head 1 of layer 0 is asked for more than once");
  await refused([{ layer: 0 }, { layer: 0, heads: [1] }], "the attentions of layer 0 are asked for more than once");
  await refused([{ layer: 0, heads: [] }], /^attentions\[0\]\.heads is .*; it must be of one head or more$/);
});

test("DINOv2 takes images of other sizes", async () => {
  const model = await open(modelFixture("dinov2").files);
  assert.equal(model.info.image.anySize, true);
  const shape = [1, 3, 30, 18];
  const pixelValues = { data: Float32Array.from({ length: 3 * 30 * 18 }, (_, i) => Math.sin(i)), shape };
  const { attentions, hiddenStates } = await model.forward({ pixelValues }, { attentions: true, hiddenStates: true });
  assert.deepEqual([...hiddenStates[0].shape], [1, 16, 48]);
  assert.equal(attentions[0].shape.at(-1), 16);
  await assert.rejects(model.forward({ pixelValues: { data: new Float32Array(3 * 30 * 5), shape: [1, 3, 30, 5] } }), {
    message:
      "the pixels have shape (1, 3, 30, 5); the model takes (1, 3, 24, 24), or other heights from 6 and widths from 6 on",
  });
});

test("what a model would not look at is refused", async () => {
  const model = await open(modelFixture("gpt2").files);
  await assert.rejects(model.forward({ inputIds, tokenTypeIds: [0, 1, 0, 0] }), {
    message: "token type 1 is 1; the model's tokens have no types, which only 0 says",
  });
  await model.forward({ inputIds, tokenTypeIds: [0, 0, 0, 0] });
  const image = await open(modelFixture("vit").files);
  const pixelValues = { data: new Float32Array(3 * 24 * 24), shape: [1, 3, 24, 24] };
  for (const attentionMask of [[0], [1], Array(17).fill(1)])
    await assert.rejects(image.forward({ pixelValues, attentionMask }), {
      message: `an image model takes neither an attention mask nor token types but there are ${attentionMask.length} and 0`,
    });
  assert.equal(image.info.image.anySize, false);
  const other = { data: new Float32Array(3 * 30 * 18), shape: [1, 3, 30, 18] };
  await assert.rejects(image.forward({ pixelValues: other }), {
    message: "the pixels have shape (1, 3, 30, 18); the model takes (1, 3, 24, 24)",
  });
  await assert.rejects(image.forward({ pixelValues, decoderInputIds: [1] }), {
    message: "an image model takes pixels, not 1 tokens",
  });
});

test("names of options that there are not are refused everywhere", async () => {
  const { files } = modelFixture("gpt2");
  const message = (what, name, names) => ({ message: `${what} has no "${name}"; there are ${names}` });
  await assert.rejects(
    open(files, { dtypes: "q8" }),
    message("options", "dtypes", "signal, onProgress, keep, dtype, threads"),
  );
  await assert.rejects(inspectModel({ files: [] }, { keeps: true }), message("options", "keeps", "signal, keep"));
  await assert.rejects(
    openModel({ hub: "a/b", branch: "x" }),
    message("the source", "branch", "hub, revision, endpoint"),
  );
  await assert.rejects(openModel({ url: "http://localhost/", files: [] }), {
    message: "the source has url and files; it must have one of them",
  });
  const model = await open(files);
  await assert.rejects(
    model.run({ inputIds }, { attentions: true }),
    message("options", "attentions", "signal, interventions"),
  );
  const from = await model.forward({ inputIds }, { hiddenStates: true });
  const patched = (patch) => model.forward({ inputIds }, { interventions: { patch } });
  await assert.rejects(
    patched({ layer: 0, position: 0, from, head: 1 }),
    message("patch[0]", "head", "layer, position, from, kind"),
  );
  await assert.rejects(patched({ layer: 0, position: 0, from, kind: "cross" }), {
    message: 'patch[0].kind is cross; it must be "encoder" or "decoder"',
  });
  await assert.rejects(patched([null]), { message: "patch[0] is null; it must be an object" });
  assert.deepEqual((await patched(null)).logits, from.logits);
});

test("a text is continued with the mask that tokenizers give, which hides nothing", async () => {
  const model = await open(modelFixture("gpt2").files);
  const first = async (inputs) => (await model.generate(inputs, { maxNewTokens: 1 }).next()).value;
  assert.deepEqual(await first({ inputIds, attentionMask: [1, 1, 1, 1] }), await first({ inputIds }));
  await assert.rejects(first({ inputIds, attentionMask: [0, 1, 1, 1] }), {
    message: "the attention mask hides token 0; a text that is continued has none hidden",
  });
});
