/** What the explorer saves of a run: recordings of heads, and all that a pass computes. */
import { openModel } from "heed/models";
import { expect, it } from "vitest";
import { chosenHeads, partsOf } from "../../../web/src/explorer/export-menu";
import { initialState } from "../../../web/src/explorer/state";
import { recordRun } from "../../../web/src/explorer/worker/record-run";
import { wholeRun } from "../../../web/src/explorer/worker/whole-run";
import { readArchive } from "../../../web/src/formats/npz";
import { readRecording } from "../../../web/src/formats/recording/read-recording";
import { readSafetensors } from "../../../web/src/formats/safetensors";
import { modelFixture } from "../../package/model-fixture.mjs";

async function opened(name: string) {
  const { files, expected } = modelFixture(name);
  const model = await openModel({
    files: Object.entries(files).map(([file, bytes]) => ({ name: file, blob: new Blob([Uint8Array.from(bytes)]) })),
  });
  return { model, expected, ids: Array.from(expected.input_ids?.data ?? []) };
}

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

for (const [name, kind] of [
  ["gpt2", "decoder"],
  ["mistral_window", "decoder"],
  ["roberta", "encoder"],
] as const)
  it(`${name}: chosen heads are recorded within their errors of what transformers computes`, async () => {
    const { model, expected, ids } = await opened(name);
    const run = await model.run({ inputIds: ids });
    const heads = [
      { layer: 1, head: 2 },
      { layer: 0, head: 3 },
    ];
    const told: number[] = [];
    const request = {
      ...{ title: name, source: "A sentence.", bits: 16 as const },
      parts: [{ kind, causal: kind === "decoder", layers: 2, headsOfLayer: 4, queryTokens: ids.map(String), heads }],
    };
    const options = {
      signal: new AbortController().signal,
      onProgress: ({ loaded, total }: { loaded: number; total: number }) => told.push(loaded / total),
    };
    const { parts } = readRecording(await bytesOf(await recordRun(run, request, options)));
    expect(told).toEqual([0.5, 1]);
    expect(parts[0].heads.map(({ layer, head }) => ({ layer, head }))).toEqual(heads);
    for (const [i, { layer, head }] of heads.entries()) {
      const decoded = parts[0].decode(i);
      const all = expected[`attentions.${layer}`]?.data ?? [];
      const size = ids.length ** 2;
      for (const [cell, weight] of decoded.weights.entries()) {
        const error = decoded.errors[Math.floor(cell / ids.length)] as number;
        // The core's own rounding, as the package's test has it.
        expect(Math.abs(weight - (all[head * size + cell] as number))).toBeLessThanOrEqual(error + 2e-5);
      }
      const { visible, visibleKeys } = run.head(layer, head);
      expect(decoded.visibleKeys).toEqual(visibleKeys);
      if (decoded.visible) expect(decoded.visible).toEqual(visible);
      expect(parts[0].heads[i]?.label).toBe(run.report(layer, head).label);
    }
    const aborted = AbortSignal.abort(new Error("not wanted any more"));
    await expect(recordRun(run, request, { ...options, signal: aborted })).rejects.toThrow("not wanted");
    run.close();
    model.close();
  });

it("t5: a recording holds the three attentions, each with its own texts on the axes", async () => {
  const { model, expected, ids } = await opened("t5");
  const targets = Array.from(expected.decoder_input_ids?.data ?? []);
  const run = await model.run({ inputIds: ids, decoderInputIds: targets });
  const text = { input: { ids }, names: ids.map(String), targetNames: targets.map(String), unknown: [] };
  const shown = { info: model.info } as never;
  const scene = { state: initialState, model: shown, layers: [], attentions: run.attentions(), text };
  expect(partsOf(scene, "all", false).map(({ kind }) => kind)).toEqual(["decoder"]);
  const parts = partsOf(scene, "of this layer", true);
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const request = { title: "t5", source: "A sentence.", bits: 16 as const, parts };
  const recording = readRecording(await bytesOf(await recordRun(run, request, options)));
  expect(recording.parts.map(({ kind }) => kind)).toEqual(["encoder", "decoder", "cross"]);
  for (const part of recording.parts) {
    const { data = [], shape = [] } = expected[`${part.kind}_attentions.0`] ?? {};
    expect([part.heads.length, part.queryTokens.length, part.keyTokens.length]).toEqual(shape.slice(1));
    const size = part.queryTokens.length * part.keyTokens.length;
    for (const head of part.heads.keys()) {
      const { weights, errors } = part.decode(head);
      for (const [cell, weight] of weights.entries()) {
        const error = errors[Math.floor(cell / part.keyTokens.length)] as number;
        expect(Math.abs(weight - (data[head * size + cell] as number))).toBeLessThanOrEqual(error + 2e-5);
      }
    }
  }
  // Labels are known of the attention that is shown alone.
  const labelled = { ...scene, state: { ...initialState, label: "self" as const } };
  expect(partsOf(labelled, "of the chosen label", true)).toEqual([]);
  run.close();
  model.close();
});

it("the whole run is what transformers computes, by its names", async () => {
  const { model, expected, ids } = await opened("gpt2");
  const { signal } = new AbortController();
  const { tensors } = readSafetensors(await bytesOf(await wholeRun(model, "safetensors", { inputIds: ids }, signal)));
  const arrays = (await readArchive(await bytesOf(await wholeRun(model, "npz", { inputIds: ids }, signal)))).tensors;
  const names = [
    "input_ids",
    "attentions.0",
    "attentions.1",
    "hidden_states.0",
    "hidden_states.1",
    "hidden_states.2",
    "logits",
  ];
  expect(tensors.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(arrays.map(({ name }) => name).sort()).toEqual([...names].sort());
  for (const name of names) {
    const wanted = expected[name];
    const [stored, array] = [tensors, arrays].map((each) => each.find((tensor) => tensor.name === name));
    expect(stored?.shape).toEqual(wanted?.shape);
    expect(array?.data).toEqual(stored?.data);
    const most = Math.max(...Array.from(wanted?.data ?? [], Math.abs));
    const apart = Array.from(stored?.data ?? [], (value, i) => Math.abs(value - (wanted?.data[i] as number)));
    // As the package's test has it.
    expect(Math.max(...apart)).toBeLessThanOrEqual(1e-4 * most);
  }
  await expect(wholeRun(model, "npz", { inputIds: Array(20_000).fill(1) }, signal)).rejects.toThrow(
    "The run of 20000 tokens takes 12.8 GB; at most 1 GB are saved.",
  );
  model.close();
});

it("all heads are recorded, those of a label, of a layer, or one", () => {
  const label = (name: string) => ({ label: name }) as never;
  const scene = {
    state: { ...initialState, layer: 1, head: 0, label: "induction" as const },
    model: { info: { kind: "decoder" } } as never,
    attentions: [{ kind: "decoder" as const, heads: [2, 2], queries: 4, keys: 4 }],
    layers: [
      [label("self"), label("induction")],
      [label("induction"), label("other")],
    ],
  };
  const codes = (which: Parameters<typeof chosenHeads>[1]) =>
    chosenHeads(scene, which).map(({ layer, head }) => `${layer}.${head}`);
  expect(codes("all")).toEqual(["0.0", "0.1", "1.0", "1.1"]);
  expect(codes("of the chosen label")).toEqual(["0.1", "1.0"]);
  expect(codes("of this layer")).toEqual(["1.0", "1.1"]);
  expect(codes("this one")).toEqual(["1.0"]);
});
