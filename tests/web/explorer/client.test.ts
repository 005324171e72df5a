/** Who asks the worker, where the worker does not start or something goes wrong in it. */
import { expect, test } from "vitest";
import { ModelWorker } from "../../../web/src/explorer/worker/client";

function start() {
  const target = new EventTarget();
  const posted: { readonly id: number }[] = [];
  const worker = new ModelWorker({
    addEventListener: target.addEventListener.bind(target),
    postMessage: (question: { readonly id: number }) => posted.push(question),
  } as unknown as Worker);
  const tell = (name: string, more: object) => target.dispatchEvent(Object.assign(new Event(name), more));
  return { worker, posted, tell };
}

test("a worker that does not start fails what waits, and what is asked later", async () => {
  const { worker, posted, tell } = start();
  const waiting = worker.ask("lens", { position: 0, count: 1 });
  tell("error", { message: "no such script" });
  const why = "the worker that runs the model did not start: no such script; reload the page to start it again";
  await expect(waiting).rejects.toThrow(why);
  await expect(worker.ask("closeSecond", null)).rejects.toThrow(why);
  expect(posted).toHaveLength(1);
});

test.each([
  ["error", "the worker that runs the model stopped: out of memory"],
  ["messageerror", "an answer of the worker that runs the model could not be read"],
])("a worker that has answered is asked again after an %s, which fails what waits", async (name, why) => {
  const { worker, posted, tell } = start();
  const first = worker.ask("closeSecond", null);
  tell("message", { data: { id: posted[0]?.id, result: null } });
  await first;
  const waiting = worker.ask("lens", { position: 0, count: 1 });
  tell(name, { message: "out of memory" });
  await expect(waiting).rejects.toThrow(why);
  const next = worker.ask("closeSecond", null);
  tell("message", { data: { id: posted.at(-1)?.id, result: null } });
  await expect(next).resolves.toBeNull();
});
