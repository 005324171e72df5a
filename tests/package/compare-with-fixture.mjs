/** A model's numbers, wherever it runs, and those that transformers computed. */
import assert from "node:assert/strict";

/** { "attentions.0": tensor, … } as the expected values are named. */
function named(out) {
  const snake = { hiddenStates: "hidden_states", lastHiddenState: "logits" };
  const name = (key) =>
    snake[key] ?? key.replace(/HiddenStates$/, "_hidden_states").replace(/(\w)Attentions$/, "$1_attentions");
  return Object.fromEntries(
    Object.entries(out).flatMap(([key, value]) =>
      Array.isArray(value) ? value.map((tensor, i) => [`${name(key)}.${i}`, tensor]) : [[name(key), value]],
    ),
  );
}

/** Compares what is expected under `prefix` with what there is, of its positions those that the fixture keeps. */
export function compare({ expected, float32Error }, actual, prefix = "") {
  let compared = 0;
  for (const [name, tensor] of Object.entries(actual)) {
    const wanted = expected[prefix + name];
    if (!wanted) continue;
    const kept = expected[`${prefix}${name}.positions`]?.data;
    const width = tensor.shape.at(-1);
    const data = kept ? kept.flatMap((i) => Array.from(tensor.data.subarray(i * width, (i + 1) * width))) : tensor.data;
    assert.equal(data.length, wanted.data.length, name);
    if (!kept) assert.deepEqual(tensor.shape, wanted.shape, name);
    const largest = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // The tolerances of tests/cpp/model/fixtures_test.cpp.
    const tolerance = name.includes("ttentions") ? Math.max(1e-5, 4 * float32Error) : 1e-4 * largest;
    const worst = wanted.data.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i])), 0);
    assert.ok(worst <= tolerance, `${prefix}${name} differs by ${worst}, more than ${tolerance}`);
    compared++;
  }
  return compared;
}

export async function generated(model, inputs, options) {
  const ids = [];
  for await (const { id, probability } of model.generate(inputs, options)) {
    assert.ok(probability > 0 && probability <= 1);
    ids.push(id);
  }
  return ids;
}

/** How many tensors the fixture has of one pass. */
export const resultsOf = ({ expected }) =>
  Object.keys(expected).filter((name) => /^(logits|(\w+_)?(attentions|hidden_states)\.\d+)$/.test(name)).length;

/** Everything that the fixture has of a model: results of each layer, with padding, texts that go on. */
export async function compareWhole(fixture, model) {
  const { expected } = fixture;
  const ids = (name) => expected[name]?.data;
  const inputs = {
    ...(expected.input_ids && { inputIds: ids("input_ids") }),
    ...(expected.token_type_ids && { tokenTypeIds: ids("token_type_ids") }),
    ...(expected.decoder_input_ids && { decoderInputIds: ids("decoder_input_ids") }),
    ...(expected.pixel_values && { pixelValues: expected.pixel_values }),
  };
  const everything = { attentions: true, hiddenStates: true };
  const compared = compare(fixture, named(await model.forward(inputs, everything)));
  assert.equal(compared, resultsOf(fixture));
  if (expected.attention_mask) {
    const padded = await model.forward({ ...inputs, attentionMask: ids("attention_mask") }, everything);
    assert.ok(compare(fixture, named(padded), "padded.") >= 1);
  }
  if (!expected.generated) return;
  const all = ids("generated");
  const given = model.info.kind === "decoder" ? all.slice(0, 6) : all.slice(0, 1);
  const start = model.info.kind === "decoder" ? { inputIds: given } : { inputIds: inputs.inputIds };
  const options = { maxNewTokens: all.length - given.length, eosTokenId: null };
  assert.deepEqual(given.concat(await generated(model, start, options)), all);
}
