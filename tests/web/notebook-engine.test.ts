import { beforeAll, expect, it } from "vitest";
import { Engine, type NotebookPart } from "../../web/src/compute/engine";
import { EngineError, Superseded } from "../../web/src/compute/errors";
import { type Heed, loadHeed } from "../../web/src/compute/heed";
import { fakePool } from "./fake-pool";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const source = { tokens: 8, dModel: 64, heads: 4, seed: 42, causal: false, temperature: 1 };

it("computes the source experiment's maps and tells of each as it comes", async () => {
  const parts: NotebookPart[] = [];
  const result = await new Engine(fakePool(heed)).notebook(source, { onPart: (part) => parts.push(part) });
  expect(parts.map(({ head }) => head).sort()).toEqual([-1, 0, 1, 2, 3]);
  expect([result.single, ...result.heads].map(({ meanEntropy }) => meanEntropy.toFixed(4))).toEqual([
    ...["0.5858", "1.9182", "1.9323", "1.7070", "1.8562"],
  ]);
  expect(result.single.maxWeight.toFixed(4)).toBe("0.8964");
});

it("computes several at once; a signal ends its own alone", async () => {
  const engine = new Engine(fakePool(heed, 1));
  const control = new AbortController();
  const ended = engine.notebook(source, { signal: control.signal });
  const other = engine.notebook({ ...source, tokens: 5 });
  control.abort(new Superseded("a newer request came"));
  const newer = engine.notebook({ ...source, tokens: 9 });
  await expect(ended).rejects.toBeInstanceOf(Superseded);
  expect((await newer).single.queries).toBe(9);
  expect((await other).single.queries).toBe(5);
});

it("rejects with the core's words, and works on", async () => {
  const engine = new Engine(fakePool(heed));
  await expect(engine.notebook({ ...source, heads: 5 })).rejects.toThrow("d_model 64 is not divisible by 5 heads");
  await expect(engine.notebook({ ...source, tokens: 20000 })).rejects.toThrow(
    "5 maps of 20000 × 20000 weights need 8.0 GB",
  );
  await expect(engine.notebook({ ...source, tokens: 20000 })).rejects.toBeInstanceOf(EngineError);
  expect((await engine.notebook(source)).heads.length).toBe(4);
});

it("stops when it is told to", async () => {
  const engine = new Engine(fakePool(heed, 1));
  const controller = new AbortController();
  const running = engine.notebook(source, { signal: controller.signal });
  controller.abort(new Error("no longer needed"));
  await expect(running).rejects.toThrow("no longer needed");
  await expect(engine.notebook(source, { signal: controller.signal })).rejects.toThrow("no longer needed");
});
