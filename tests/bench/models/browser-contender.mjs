import { readdirSync, readFileSync } from "node:fs";
import { chromium } from "@playwright/test";

/** A contender in a Chromium of its own, so that its memory can be told from others'. */
export class BrowserContender {
  #server;
  #browser;
  #page;

  /** Opens what `options` name (models/page/contenders.mjs). */
  static async open(executablePath, address, options) {
    const contender = new BrowserContender();
    const args = ["--no-sandbox", "--disable-gpu", "--disable-quic"];
    contender.#server = await chromium.launchServer({ executablePath, args });
    try {
      contender.#browser = await chromium.connect(contender.#server.wsEndpoint());
      contender.#page = await contender.#browser.newPage();
      contender.#page.setDefaultTimeout(0);
      await contender.#page.goto(address);
      const empty = new Map(contender.#memories());
      await contender.ask("choose", options);
      const before = contender.processorTime();
      const ready = await contender.ask("load");
      contender.ready = { clock: ready, processor: contender.processorTime() - before };
      contender.emptyPage = empty.get(contender.#memories()[0]?.[0]) ?? 0;
    } catch (error) {
      await contender.close();
      throw error;
    }
    return contender;
  }

  /** Calls a function of models/page/contenders.mjs. */
  ask(name, ...args) {
    const call = async ([of, list]) => (await import("/bench/models/page/contenders.mjs"))[of](...list);
    return this.#page.evaluate(call, [name, args]);
  }

  /** Milliseconds that processors have worked for its page so far, on all threads (Linux). */
  processorTime() {
    const threads = this.#renderers().flatMap((pid) => folderOf(pid, "task").map((thread) => [pid, thread]));
    const nanoseconds = threads.map(([pid, thread]) =>
      Number(readProcess(pid, `task/${thread}/schedstat`).split(" ")[0]),
    );
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  }

  version = () => this.#browser.version();

  /** The most megabytes that its page's process has taken, where the system tells (Linux). */
  memory = () => this.#memories()[0]?.[1] ?? 0;

  /** The page's process has the most: others show nothing. */
  #memories = () =>
    this.#renderers()
      .map((pid) => [pid, (Number(/VmHWM:\s+(\d+)/.exec(readProcess(pid, "status"))?.[1] ?? 0) * 1024) / 1e6])
      .sort(([, one], [, other]) => other - one);

  #renderers = () =>
    processesBelow(this.#server.process().pid).filter((pid) => readProcess(pid, "cmdline").includes("--type=renderer"));

  async close() {
    await this.#browser?.close();
    await this.#server.close();
  }
}

function readProcess(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function folderOf(pid, name) {
  try {
    return readdirSync(`/proc/${pid}/${name}`);
  } catch {
    return [];
  }
}

function processesBelow(root) {
  const children = new Map();
  for (const pid of process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : []) {
    const parent = Number(/\) \S (\d+)/.exec(readProcess(pid, "stat"))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  const below = (pid) => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}
