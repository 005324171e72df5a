/** A figure that is taken away while a chunk of the page loads asks for nothing once it is there. */
import { expect, test, vi } from "vitest";
import { KeyedResults } from "../../web/src/figure/keyed-results";
import { PageSource } from "../../web/src/figures/attention/page-source";
import { headsSettings } from "../../web/src/figures/heads/heads-state";
import { defaultsOf } from "../../web/src/model/settings";

const { chunk, ownHeads } = vi.hoisted(() => {
  vi.stubGlobal("navigator", { hardwareConcurrency: 1 });
  let come = () => {};
  const promise = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { chunk: { promise, come }, ownHeads: vi.fn() };
});
vi.mock("../../web/src/figures/heads/own-heads", async () => {
  await chunk.promise;
  return { ownHeads, attentionData: vi.fn() };
});

test("heads of a reader's file", async () => {
  const { OwnSide } = await import("../../web/src/figures/heads/own-side");
  const events = { change: vi.fn(), problem: vi.fn(), data: () => null, adopt: vi.fn() };
  const control = new AbortController();
  const file = { tensors: [], labels: {} };
  const asked = new OwnSide(events).compute(defaultsOf(headsSettings), file, "", new KeyedResults(), control.signal);
  control.abort(new Error("the figure was removed"));
  chunk.come();
  await expect(asked).rejects.toThrow("the figure was removed");
  expect(events.adopt).not.toHaveBeenCalled();
  expect(ownHeads).not.toHaveBeenCalled();
});

test("what the page gives <heed-attention>", async () => {
  const read = vi.fn();
  const source = new PageSource();
  source.give(read);
  const gone = AbortSignal.abort(new Error("the figure was removed"));
  await expect(source.load(gone)).rejects.toThrow("the figure was removed");
  expect(read).not.toHaveBeenCalled();
});
