import type { TaskMessage } from "./protocol";

/** Stands in for a worker where the page's policy allows none: the same tasks on the page's own thread, one a turn. */
export class OwnThread extends EventTarget {
  #isOpen = true;

  postMessage(task: TaskMessage) {
    setTimeout(async () => {
      const { answer } = await import("./answer");
      if (!this.#isOpen) return;
      const done = await answer(task);
      if (this.#isOpen) this.dispatchEvent(new MessageEvent("message", { data: done.answer }));
    });
  }

  terminate() {
    this.#isOpen = false;
  }
}
