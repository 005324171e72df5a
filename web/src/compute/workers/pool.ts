import { EngineError, Superseded } from "../errors";
import type { Answer, TaskMessage, TaskName, Tasks } from "../protocol";
import { listenToWorker, type PoolWorker } from "./liveness";

/** A request made anew for each attempt, because what is transferred to a worker that dies is gone. */
export interface Request<Name extends TaskName> {
  request: Tasks[Name]["request"];
  transfer?: Transferable[];
}

interface Task {
  name: TaskName;
  signal?: AbortSignal | undefined;
  make: () => Request<TaskName>;
  attempts: number;
  isSetup?: boolean;
  resolve: (result: never) => void;
  reject: (reason: unknown) => void;
}

interface WorkerSlot {
  worker: PoolWorker;
  running: Map<number, Task>;
  /** Whether it has answered, other than that it could not load the core. */
  hasWorked: boolean;
}

const mostAttempts = 2;

/**
 * Workers that share a queue, each at one task at a time: a task that is aborted while it waits is never begun. A worker cannot be
 * interrupted, so one that runs is finished, and its result is not used.
 * Workers start when there is work for them. One that dies is replaced and its task done again.
 */
export class WorkerPool {
  #slots: WorkerSlot[] = [];
  #queue: Task[] = [];
  #setups = new Map<string, Omit<Task, "attempts" | "resolve" | "reject">>();
  /** Those of which a task was begun. */
  #begun = new WeakSet<AbortSignal>();
  #lastId = 0;
  /** Slots that there may be: fewer than `size` once a worker could not be had beside those that work. */
  #mostSlots: number;
  /** Whether the stand-in does the work. */
  #isAlone = false;

  constructor(
    readonly size: number,
    private readonly startWorker: () => PoolWorker,
    /** Makes what does the work where no worker can be had, on pages whose policy forbids them. */
    private readonly standIn?: () => PoolWorker,
  ) {
    this.#mostSlots = size;
  }

  /** Does a task on whichever worker is free first. Rejects with EngineError, or the signal's reason. */
  run<Name extends TaskName>(
    name: Name,
    make: () => Request<Name>,
    signal?: AbortSignal,
  ): Promise<Tasks[Name]["result"]> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const result = new Promise<Tasks[Name]["result"]>((resolve, reject) => {
      this.#queue.push({ name, signal, make, attempts: 0, resolve, reject });
    });
    if (!signal) {
      this.#serve();
      return result;
    }
    const abort = () => this.#abort(signal);
    signal.addEventListener("abort", abort);
    this.#serve();
    return result.finally(() => signal.removeEventListener("abort", abort));
  }

  /** Whether there are tasks with this signal and none of them has begun. */
  isWaiting(signal: AbortSignal): boolean {
    return !this.#begun.has(signal) && this.#queue.some((task) => task.signal === signal);
  }

  #abort(signal: AbortSignal) {
    const isAborted = (task: Task) => task.signal === signal;
    for (const task of this.#queue.filter(isAborted)) task.reject(signal.reason);
    this.#queue = this.#queue.filter((task) => !isAborted(task));
    for (const { running } of this.#slots)
      for (const task of running.values()) if (isAborted(task)) task.reject(signal.reason);
  }

  /** A task that every worker does before any other, those that start later too, until `forget(key)`. */
  setUp<Name extends TaskName>(key: string, name: Name, make: () => Request<Name>) {
    this.#setups.set(key, { name, make });
    for (const slot of this.#slots) this.#post(slot, this.#setupTask(name, make));
  }

  /** Ends a set-up; workers that run do `name` to clean up after it. */
  forget<Name extends TaskName>(key: string, name: Name, make: () => Request<Name>) {
    if (!this.#setups.delete(key)) return;
    for (const slot of this.#slots) this.#post(slot, this.#setupTask(name, make));
  }

  /** Ends the workers. What still waits is rejected. */
  close() {
    for (const slot of this.#slots.splice(0)) {
      slot.worker.terminate();
      for (const task of slot.running.values()) task.reject(new Superseded("the workers were ended"));
    }
    for (const task of this.#queue.splice(0)) task.reject(new Superseded("the workers were ended"));
    if (!this.#isAlone) this.#mostSlots = this.size;
  }

  #serve() {
    while (this.#queue.length > 0) {
      const slot = this.#slots.find(({ running }) => running.size === 0) ?? this.#tryToAddSlot();
      const task = slot && this.#queue.shift();
      if (!task) return;
      this.#post(slot, task);
    }
  }

  /** Where no worker may be started and nothing stands in, what waits is left to those that run, or refused. */
  #tryToAddSlot() {
    try {
      return this.#addSlot();
    } catch (error) {
      if (this.#slots.length > 0) this.#mostSlots = this.#slots.length;
      else
        for (const task of this.#queue.splice(0))
          task.reject(new EngineError("load", `A worker that computes the figures could not be started: ${error}.`));
      return undefined;
    }
  }

  /** Some engines throw where a policy forbids a worker; others report it as an error of the worker. */
  #start(): PoolWorker {
    if (this.#isAlone && this.standIn) return this.standIn();
    try {
      return this.startWorker();
    } catch (error) {
      if (!this.standIn) throw error;
      this.#workAlone(true);
      return this.standIn();
    }
  }

  #addSlot() {
    if (this.#slots.length >= this.#mostSlots) return undefined;
    const slot: WorkerSlot = { worker: this.#start(), running: new Map(), hasWorked: false };
    this.#slots.push(slot);
    listenToWorker<Answer>(slot.worker, {
      answer: (answer) => this.#receive(slot, answer),
      fail: (why, hasStarted) => this.#replace(slot, why, hasStarted),
    });
    for (const { name, make } of this.#setups.values()) this.#post(slot, this.#setupTask(name, make));
    return slot;
  }

  /** Answers to set-ups are not waited for: a task that needs one that failed reports it. */
  #setupTask(name: TaskName, make: () => Request<TaskName>): Task {
    return {
      name,
      make,
      attempts: mostAttempts,
      isSetup: true,
      resolve: () => {},
      reject: () => {},
    };
  }

  #post(slot: WorkerSlot, task: Task) {
    const id = ++this.#lastId;
    try {
      const { request, transfer = [] } = task.make();
      slot.worker.postMessage({ id, name: task.name, request } as TaskMessage, transfer);
      slot.running.set(id, task);
      if (task.signal) this.#begun.add(task.signal);
    } catch (error) {
      task.reject(error);
    }
  }

  #receive(slot: WorkerSlot, answer: Answer) {
    if (!("error" in answer && answer.error.kind === "load")) slot.hasWorked = true;
    else if (!slot.hasWorked && this.#makeDoWithout(slot)) return;
    const task = slot.running.get(answer.id);
    slot.running.delete(answer.id);
    if (task && "error" in answer) task.reject(new EngineError(answer.error.kind, answer.error.message));
    else if (task && "result" in answer) task.resolve(answer.result as never);
    this.#serve();
  }

  #replace(slot: WorkerSlot, why: string, hasStarted: boolean) {
    if (!this.#slots.includes(slot)) return; // ended already
    if (!hasStarted && (this.#makeDoWithout(slot) || this.#standInForAll())) return;
    this.#remove(slot);
    const tasks = [...slot.running.values()].filter(({ signal }) => !signal?.aborted);
    // The stand-in's script is not there either, so it is no policy that forbids workers: they are tried again, but only
    // for what comes later. What waits would fail alike, and start workers that fail when others already work.
    if (!hasStarted && this.#isAlone) {
      this.#workAlone(false);
      tasks.push(...this.#queue.splice(0));
    }
    for (const task of tasks) {
      // One that never started would not do so the second time either: its script is not there. What killed one that had,
      // memory most likely, is never tried on the page's own thread.
      if (hasStarted && ++task.attempts < mostAttempts) this.#queue.unshift(task);
      else
        task.reject(
          new EngineError(
            "load",
            `A worker that computes the figures ${why ? `stopped: ${why}` : "could not be loaded"}.`,
          ),
        );
    }
    this.#serve();
  }

  /** Where others work, a worker that cannot be loaded (the network is gone) leaves its tasks to them. */
  #makeDoWithout(slot: WorkerSlot): boolean {
    if (!this.#slots.some(({ hasWorked }) => hasWorked)) return false;
    this.#giveBack(slot);
    this.#mostSlots = this.#slots.length;
    this.#serve();
    return true;
  }

  /** Where none works and there is a stand-in, it gets the tasks of all. */
  #standInForAll(): boolean {
    if (!this.standIn || this.#isAlone) return false;
    this.#workAlone(true);
    for (const other of this.#slots) this.#giveBack(other);
    this.#serve();
    return true;
  }

  #workAlone(isAlone: boolean) {
    this.#isAlone = isAlone;
    this.#mostSlots = isAlone ? 1 : this.size;
  }

  /** Ends a worker whose tasks are for others to do. */
  #giveBack(slot: WorkerSlot) {
    this.#remove(slot);
    this.#queue.unshift(...[...slot.running.values()].filter(({ isSetup, signal }) => !isSetup && !signal?.aborted));
  }

  #remove(slot: WorkerSlot) {
    slot.worker.terminate();
    this.#slots = this.#slots.filter((other) => other !== slot);
  }
}
