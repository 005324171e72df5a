/** Who asks the worker, where the worker stops. */
import { expect, it } from "vitest";
import { ModelWorker } from "../../../web/src/explorer/worker/client";

it.each(["error", "messageerror"])(
  "a worker that stopped (%s) fails what waits, and what is asked later",
  async (name) => {
    const target = new EventTarget();
    const posted: unknown[] = [];
    const worker = new ModelWorker({
      addEventListener: target.addEventListener.bind(target),
      postMessage: (question: unknown) => posted.push(question),
    } as unknown as Worker);
    const waiting = worker.ask("lens", { position: 0, count: 1 });
    target.dispatchEvent(Object.assign(new Event(name), { message: "out of memory" }));
    const why = "the worker that runs the model stopped: out of memory; reload the page to start it again";
    await expect(waiting).rejects.toThrow(why);
    await expect(worker.ask("closeSecond", null)).rejects.toThrow(why);
    expect(posted).toHaveLength(1);
  },
);
