import { answer } from "./answer";
import type { TaskMessage } from "./protocol";

// No `origin` to check: only the page that made a dedicated worker can post to it.
self.addEventListener("message", async ({ data }: MessageEvent<TaskMessage>) => {
  const done = await answer(data);
  self.postMessage(done.answer, { transfer: done.transfer });
});
