import { expect, test, vi } from "vitest";
import { type TrainingEvent, TrainingSession } from "../../web/src/compute/training/training";
import { TrainedModel } from "../../web/src/figure/trained/trained-model";

vi.mock("../../web/src/figure/trained/fetch-model", () => ({ fetchModel: async () => new Uint8Array(1) }));

test("a model whose worker stopped after it was opened is opened anew", async () => {
  const listeners: ((event: TrainingEvent) => void)[] = [];
  const open = vi.spyOn(TrainingSession, "open").mockImplementation(async () => {
    const session = { listen: (listener: (event: TrainingEvent) => void) => listeners.push(listener), close: () => {} };
    return session as unknown as TrainingSession;
  });
  const model = new TrainedModel();
  const first = await model.session("stories");
  expect(await model.session("stories")).toBe(first);
  listeners[0]?.({ event: "failed", message: "The worker that trains stopped: out of memory." });
  const second = await model.session("stories");
  expect(second).not.toBe(first);
  // What is heard of the one before says nothing of this one.
  listeners[0]?.({ event: "failed", message: "again" });
  expect(await model.session("stories")).toBe(second);
  expect(open).toHaveBeenCalledTimes(2);
});
