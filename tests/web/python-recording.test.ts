/** heed.py, which records what transformers computed, against what transformers and the core say of it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openModel } from "heed/models";
import { afterAll, describe, expect, it } from "vitest";
import { findPython } from "../../cpp/toolchain/python.mjs";
import { scoreNames } from "../../web/src/formats/recording/layout";
import { readRecording } from "../../web/src/formats/recording/read-recording";
import { modelFixture } from "../package/model-fixture.mjs";

const root = join(import.meta.dirname, "../..");
const python = await findPython();
const scratch = mkdtempSync(join(tmpdir(), "heed-recording-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function record(name: string, options: { bits: 8 | 16; cache?: boolean }) {
  const to = join(scratch, `${name}.heed`);
  const request = {
    ...{ folder: join(root, "web/python"), to, ...options },
    expected: join(root, "tests/fixtures/models", name, "expected.safetensors"),
  };
  const script = join(import.meta.dirname, "support/record.py");
  const { status, stderr } = spawnSync(python, [script], { input: JSON.stringify(request), encoding: "utf8" });
  // Libraries warn there of the machine they find, which is no failure.
  expect(status, stderr).toBe(0);
  return readRecording(new Uint8Array(readFileSync(to)));
}

const nameOf = { encoder: "encoder_attentions", decoder: "decoder_attentions", cross: "cross_attentions" };

describe("heed.py", () => {
  for (const [name, bits, cache] of [
    ["gpt2", 8, false],
    ["gpt2", 16, true],
    ["roberta", 8, false],
    ["t5", 8, false],
    ["marian", 16, false],
  ] as const)
    it(`records ${name} in ${bits} bits${cache ? ", from a cache of patterns" : ""}: weights of transformers, scores of the core`, async () => {
      const fixture = modelFixture(name);
      const { expected } = fixture;
      const recording = record(name, { bits, cache });
      const isPair = expected.decoder_input_ids !== undefined;
      const plain = name === "roberta" ? "encoder" : "decoder";
      expect(recording.parts.map(({ kind }) => kind)).toEqual(isPair ? ["encoder", "decoder", "cross"] : [plain]);
      const model = await openModel({
        files: Object.entries(fixture.files).map(([file, bytes]) => ({
          name: file,
          blob: new Blob([Uint8Array.from(bytes)]),
        })),
      });
      const ids = (key: string) => Array.from(expected[key]?.data ?? []);
      const inputs = { inputIds: ids("input_ids"), ...(isPair ? { decoderInputIds: ids("decoder_input_ids") } : {}) };
      const run = await model.run(inputs);
      for (const { kind, heads, decode, queryTokens, keyTokens, causal } of recording.parts) {
        expect(causal).toBe(kind === "decoder");
        expect(heads).toHaveLength(model.info.layers * model.info.heads);
        expect(queryTokens).toEqual(ids(isPair && kind !== "encoder" ? "decoder_input_ids" : "input_ids").map(String));
        for (const [i, { layer, head, label, scores }] of heads.entries()) {
          const decoded = decode(i);
          const all = expected[`${isPair ? nameOf[kind] : "attentions"}.${layer}`]?.data ?? [];
          const size = queryTokens.length * keyTokens.length;
          const furthest = decoded.weights.reduce((most, weight, cell) => {
            const error = Math.abs(weight - (all[head * size + cell] as number));
            return Math.max(most, error / (decoded.errors[Math.floor(cell / keyTokens.length)] as number));
          }, 0);
          expect(furthest).toBeLessThanOrEqual(1);
          // The core's own weights differ from transformers' by 2e-5 at most, as the package's test has it; what follows from them too.
          const report = run.report(layer, head, 1, isPair ? kind : undefined);
          for (const score of scoreNames.filter((each) => each !== "meanDistance"))
            expect(Math.abs(scores[score] - report[score]), `${kind} ${layer}.${head} ${score}`).toBeLessThan(1e-4);
          expect(Math.abs(scores.meanDistance - report.meanDistance)).toBeLessThan(2e-5 * size);
          expect(label).toBe(report.label);
          const { entropy } = run.head(layer, head, isPair ? kind : undefined);
          for (const [query, nats] of entropy.entries())
            expect(Math.abs(nats - (decoded.entropy[query] as number))).toBeLessThan(1e-3);
        }
      }
      run.close();
      model.close();
    });
});

/** Runs Python with heed and NumPy; what it prints last, as JSON. */
function evaluate(script: string): unknown {
  const head = `import sys, json; sys.path.insert(0, ${JSON.stringify(join(root, "web/python"))})
import heed, numpy as np
def refusal(*args, **options):
    try: heed.record(*args, **options)
    except ValueError as error: return str(error)
even = np.full((1, 2, 3, 3), 1 / 3, np.float32)
`;
  const { status, stdout, stderr } = spawnSync(python, ["-c", `${head}${script}`], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

it("heed.py refuses what is no attention, with the values", () => {
  const refusals = `
class Output: attentions = None
class Pair: encoder_attentions, decoder_attentions, cross_attentions = [even], [even], [even]
print(json.dumps([
  refusal([None], "abc"), refusal(Output(), "abc"), refusal(-even, "abc"), refusal(even * np.nan, "abc"), refusal(even, "ab"),
  refusal(even, "abc", bits=4), refusal(even, "abc", heads=[(0, 2)]), refusal(even, "abc", heads=[]), refusal([], "abc"),
  refusal([even], "abc", index=1), refusal([even[0], even[0, :1]], "abc"), refusal({"hook_embed": even}, "abc"),
  refusal({"blocks.1.attn.hook_pattern": even}, "abc"), refusal(Pair(), "abc"), refusal(np.ones(3), "abc"),
  refusal(even, "abc", attention_mask=[1, 1]), refusal(even, "abc", attention_mask=[0, 0, 0]),
]))`;
  expect(evaluate(refusals)).toEqual([
    'layer 0 is None: load the model with attn_implementation="eager"',
    "the output has no attentions: call the model with output_attentions=True",
    expect.stringMatching(/^layer 0 holds -0\.333\d+, which is no weight: nothing below 0, no NaN, no infinity$/),
    expect.stringContaining("layer 0 holds nan, which is no weight"),
    "there are 2 tokens for 3 queries",
    "bits is 4; it may be 8 or 16",
    "there is no head (0, 2) in 1 layers of 2 heads",
    "heads is empty; None takes all of them",
    "there are no layers",
    "index is 1, but layer 0 has 1 examples",
    "layer 1 has shape (1, 3, 3), but layer 0 has (2, 3, 3)",
    "among the 1 entries there is no blocks.0.attn.hook_pattern, and they are not named encoder, decoder, cross",
    "the cache has the patterns of layers [1]; all from 0 on are needed",
    "there is cross-attention, but encoder_tokens is None: it takes the names of the encoder's tokens",
    "layer 0 has shape (); it should be (heads, queries, keys), or that of a batch",
    "the attention mask has shape (2,) for 3 queries",
    "the attention mask leaves no token",
  ]);
});

it("heed.py leaves padding out, takes an example of a batch, and finds repeated tokens", () => {
  const script = `
import base64
rows = np.zeros((2, 1, 4, 4), np.float32)
rows[1, 0] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0]]
recording = heed.record([rows], ["<pad>", "a", "b", "a"], index=1, attention_mask=[[1, 1, 1, 1], [0, 1, 1, 1]])
print(json.dumps(base64.b64encode(recording.to_bytes()).decode()))`;
  const bytes = Uint8Array.from(Buffer.from(String(evaluate(script)), "base64"));
  const [part] = readRecording(bytes).parts;
  expect([part.kind, part.causal, part.queryTokens]).toEqual(["decoder", true, ["a", "b", "a"]]);
  expect(Array.from(part.decode(0).weights)).toEqual(
    [1, 0, 0, 0, 1, 0, 0, 1, 0].map((weight) => expect.closeTo(weight, 6)),
  );
  // The second "a" looks at what followed the first.
  expect(part.heads[0]).toMatchObject({ label: "induction", scores: { induction: 1, duplicateToken: 0 } });
});

it("a recording of heed.py is shown in a sandboxed frame, whose text cannot end its page", () => {
  const script = `
import os, tempfile
folder = tempfile.mkdtemp()
heed.__file__ = os.path.join(folder, "heed.py")
open(os.path.join(folder, "heed-figures.js"), "w").write("// the script")
shown = heed.record(even, ["<script>", '"', "c"], title="</title><b>").show(height=300)._repr_html_()
print(json.dumps(shown))`;
  const shown = String(evaluate(script));
  expect(shown).toMatch(
    /^<iframe sandbox="allow-scripts allow-downloads" title="&lt;\/title&gt;&lt;b&gt;"[^<>]*height="300"[^<>]*><\/iframe>$/,
  );
  expect(shown).toContain("&lt;script&gt;// the script&lt;/script&gt;");
  expect(shown).not.toContain("<b>");
});
