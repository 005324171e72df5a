import { beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "../../web/src/compute/failure";
import { type Lab, loadLab } from "../../web/src/compute/lab";
import {
  type TrainingEvent,
  type TrainingMessage,
  type TrainingOptions,
  TrainingSession,
} from "../../web/src/compute/training/training";
import { TrainingRun } from "../../web/src/compute/training/training-run";
import { performInRun } from "../../web/src/compute/training/training-tasks";
import { buffersIn } from "../../web/src/compute/workers/transferables";

let lab: Lab;
beforeAll(async () => {
  lab = await loadLab();
});

/** A worker on the same thread: messages are copied and transferred as serve-training.ts and a browser do it. */
class FakeWorker extends EventTarget {
  #run: TrainingRun | undefined;
  #isAlive = true;

  async postMessage(question: TrainingMessage, transfer: Transferable[] = []) {
    const message = structuredClone(question, { transfer });
    const { id } = message;
    await nextTurn();
    try {
      this.#run ??= TrainingRun.begin(lab, message, (event) => this.#send(event), nextTurn);
      const result = performInRun(this.#run, message);
      this.#send({ id, result }, buffersIn(result));
    } catch (error) {
      this.#send({ id, error: failureOf(error) });
    }
  }

  terminate() {
    this.#isAlive = false;
    this.#run?.pause();
  }

  #send(answer: unknown, transfer: Transferable[] = []) {
    const data = structuredClone(answer, { transfer });
    if (this.#isAlive) this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
const fakeWorker = () => new FakeWorker() as unknown as Worker;

const small: TrainingOptions = { width: 16, heads: 2, batch: 4, steps: 60, warmUp: 10, vocabulary: 8, mostPeriod: 8 };
const start = (options: TrainingOptions = small) => TrainingSession.start(options, { makeWorker: fakeWorker });
const open = (bytes: Uint8Array) => TrainingSession.open(bytes, { makeWorker: fakeWorker });

/** The next event of this kind. */
function next<Name extends TrainingEvent["event"]>(session: TrainingSession, name: Name) {
  return new Promise<Extract<TrainingEvent, { event: Name }>>((resolve) => {
    const stop = session.listen((event) => {
      if (event.event !== name) return;
      stop();
      resolve(event as Extract<TrainingEvent, { event: Name }>);
    });
  });
}

async function played(options?: TrainingOptions) {
  const session = await start(options);
  const finished = next(session, "finished");
  await session.play();
  await finished;
  return session;
}

describe("a session", () => {
  it("ends its worker where it is aborted before the network is there", async () => {
    const worker = new FakeWorker();
    let ends = 0;
    worker.terminate = () => ends++;
    const stop = new AbortController();
    const makeWorker = () => worker as unknown as Worker;
    const started = TrainingSession.start(small, { signal: stop.signal, makeWorker });
    stop.abort(new Error("no longer needed"));
    await expect(started).rejects.toThrow("no longer needed");
    expect(ends).toBeGreaterThan(0);
    await expect(TrainingSession.start(small, { signal: stop.signal, makeWorker })).rejects.toThrow("no longer needed");
  });

  it("says what it trains, defaults filled in", async () => {
    const { info, checkpoints, step } = await TrainingSession.start({}, { makeWorker: fakeWorker });
    expect(info).toMatchObject({ floor: 0, ceiling: 1, layers: 2, heads: 4, step: 0, canTrain: true, metadata: {} });
    expect(info.guessing).toBeCloseTo(Math.log(32), 12);
    expect(info.vocabulary.slice(0, 3)).toEqual(["a", "b", "c"]);
    expect(info.options).toMatchObject({
      ...{ task: "induction", vocabulary: 32, length: 32, leastPeriod: 4, mostPeriod: 16 },
      ...{ layers: 2, heads: 4, kvHeads: 4, width: 64, feedForward: "none", feedForwardWidth: 256 },
      ...{ positions: "rotary", norm: "layer", causal: true, bias: false, tied: false },
      ...{ batch: 32, steps: 2000, warmUp: 50, learningRate: 0.003, finalLearningRate: 0.003 / 10, largestGradient: 1 },
      ...{ rotaryBase: 10000, normEpsilon: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, seed: 1 },
    });
    expect(step).toBe(0);
    expect(checkpoints.map((checkpoint) => checkpoint.step)).toEqual([0]);
    expect(checkpoints[0]?.evaluation.heads.map((layer) => layer.length)).toEqual([4, 4]);
  });

  it("trains to the end, telling how it goes and keeping checkpoints", async () => {
    const session = await start();
    const events: TrainingEvent[] = [];
    session.listen((event) => events.push(event));
    const finished = next(session, "finished");
    await session.play();
    expect(session.isPlaying).toBe(true);
    expect(await finished).toEqual({ event: "finished", step: 60 });
    expect(session.isPlaying).toBe(false);
    expect(session.step).toBe(60);
    expect(session.checkpoints.map(({ step }) => step)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(session.latest?.stepsPerSecond).toBeGreaterThan(0);
    const [first, last] = [session.checkpoints[0], session.checkpoints.at(-1)];
    expect(last?.evaluation.loss).toBeLessThan(first?.evaluation.loss as number);
    expect(events.filter(({ event }) => event === "progress").length).toBeGreaterThan(0);
  });

  it("gives the signal's reason for a shift that is not wanted any more, and answers what is asked next", async () => {
    const session = await start();
    const [example] = await session.examples(1, 1);
    const tokens = example?.tokens ?? [];
    const stop = new AbortController();
    const unwanted = session.shift({ tokens, off: [0] }, stop.signal);
    stop.abort(new Error("no longer wanted"));
    await expect(unwanted).rejects.toThrow("no longer wanted");
    await expect(session.shift({ tokens, off: [0] }, stop.signal)).rejects.toThrow("no longer wanted");
    expect(await session.shift({ tokens, off: [0] })).toBeGreaterThan(0);
    expect(await session.shift({ tokens, off: [] })).toBe(0);
  });

  it("refuses what waits, and what comes later, once a message of its worker cannot be read", async () => {
    const worker = new FakeWorker();
    const session = await TrainingSession.start(small, { makeWorker: () => worker as unknown as Worker });
    const failed = next(session, "failed");
    const asked = session.examples(1, 1);
    worker.dispatchEvent(new MessageEvent("messageerror"));
    const message = "The worker that trains stopped: its answer could not be read.";
    await expect(asked).rejects.toThrow(message);
    expect(await failed).toEqual({ event: "failed", message });
    await expect(session.examples(1, 1)).rejects.toThrow(message);
  });

  it("gives the same run for the same seed, whether played or stepped", async () => {
    const session = await start();
    for (let i = 0; i < 60; i++) await session.takeStep();
    expect(session.checkpoints).toEqual((await played()).checkpoints);
  });

  it("pauses, and goes on beyond its steps when played again", async () => {
    const session = await played();
    await session.play();
    await next(session, "checkpoint");
    await session.pause();
    const { step } = session;
    expect(step).toBeGreaterThanOrEqual(70);
    // A run that went on would take steps before it hears these.
    for (let i = 0; i < 3; i++) await session.examples(1, 1);
    expect((await session.takeStep()).step).toBe(step + 1);
    expect(session.step).toBe(step + 1);
  });

  it("keeps no more checkpoints than it may, evenly, and evaluates less often", async () => {
    const session = await start({ ...small, steps: 1 << 20, width: 4, length: 10, batch: 1, layers: 1 });
    await session.play();
    await next(session, "thinned");
    await next(session, "thinned");
    await session.pause();
    const steps = session.checkpoints.map(({ step }) => step);
    expect(steps.length).toBeLessThanOrEqual(200);
    expect(steps.slice(0, 4)).toEqual([0, 40, 80, 120]);
    const look = await session.inspect({ step: 80, tokens: [0, 1, 2] });
    expect(look.step).toBe(80);
    await expect(session.inspect({ step: 10, tokens: [0] })).rejects.toThrow("no checkpoint of step 10 is kept");
  });
});

describe("what a session shows", () => {
  it("is what each head looks at in a sequence, then and now", async () => {
    const session = await played();
    const [example] = await session.examples(5, 2);
    if (!example) throw new Error("no example");
    expect(example.tokens.length).toBe(32);
    expect(await session.examples(5, 1)).toEqual([example]);
    const look = await session.inspect({ tokens: example.tokens });
    expect(look.step).toBe(60);
    expect(look.maps.map((layer) => layer.length)).toEqual([2, 2]);
    const map = look.maps[1]?.[0];
    if (!map) throw new Error("no map");
    for (let query = 0; query < 32; query++) {
      const row = map.weights.subarray(query * 32, (query + 1) * 32);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(row.subarray(query + 1).every((weight) => weight === 0)).toBe(true);
      const probabilities = look.probabilities.subarray(query * 8, (query + 1) * 8);
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(probabilities[look.predictions[query] as number]).toBe(Math.max(...probabilities));
      const entropy = -row.reduce((sum, weight) => sum + (weight > 0 ? weight * Math.log(weight) : 0), 0);
      expect(map.entropy[query]).toBeCloseTo(entropy, 4);
      expect(map.normalisedEntropy[query]).toBeCloseTo(query === 0 ? 0 : entropy / Math.log(query + 1), 4);
    }
    const before = await session.inspect({ step: 0, tokens: example.tokens });
    expect(before.maps[1]?.[0]?.weights).not.toEqual(map.weights);
    expect(await session.inspect({ tokens: example.tokens })).toEqual(look);
  });

  it("answers the last of many looks, and the first", async () => {
    const session = await start();
    const looks = [0, 1, 2, 3].map((token) => session.inspect({ tokens: [token] }));
    const settled = await Promise.allSettled(looks);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect((settled[1] as PromiseRejectedResult).reason.name).toBe("Superseded");
  });

  it("evaluates without heads, and with them again", async () => {
    const session = await played();
    const whole = await session.evaluate();
    expect(whole).toEqual(session.checkpoints.at(-1)?.evaluation);
    const without = await session.evaluate({ off: [{ layer: 1, head: 0 }] });
    expect(without.loss).not.toBe(whole.loss);
    expect(without.heads[0]).toEqual(whole.heads[0]);
    expect(await session.evaluate({ step: 10 })).toEqual(session.checkpoints[1]?.evaluation);
    expect(await session.evaluate()).toEqual(whole);
    const off = session.evaluate({ off: [{ layer: 2, head: 0 }] });
    await expect(off).rejects.toThrow("there is no head 0 in layer 2: the network has 2 layers of 2 heads");
  });
});

describe("files", () => {
  it("of checkpoints go on to the same end", async () => {
    const whole = await start();
    for (let i = 0; i < 30; i++) await whole.takeStep();
    const bytes = await whole.checkpoint();
    for (let i = 0; i < 30; i++) await whole.takeStep();
    const resumed = await open(bytes);
    expect(resumed.info).toMatchObject({ step: 30, canTrain: true });
    expect(resumed.info.options).toEqual(whole.info.options);
    const finished = next(resumed, "finished");
    await resumed.play();
    await finished;
    expect(await resumed.checkpoint()).toEqual(await whole.checkpoint());
  });

  it("of models can be looked at but not trained", async () => {
    const session = await played();
    const opened = await open(await session.save());
    expect(opened.info).toMatchObject({ step: 60, canTrain: false });
    const tokens = [0, 1, 2, 0, 1];
    expect(await opened.inspect({ tokens })).toEqual(await session.inspect({ tokens }));
    expect(opened.checkpoints).toEqual([]);
    expect(await opened.evaluate()).toEqual(session.checkpoints.at(-1)?.evaluation);
    await expect(opened.play()).rejects.toThrow("without the optimiser's state");
    expect(opened.isPlaying).toBe(false);
    const earlier = await open(await session.save(10));
    expect(earlier.info.step).toBe(10);
    expect(await earlier.evaluate()).toEqual(session.checkpoints[1]?.evaluation);
  });
});

describe("what goes wrong", () => {
  it("when the loss runs away is told, and training goes on from where it was good", async () => {
    const session = await start({ ...small, learningRate: 1000, warmUp: 1 });
    const diverged = next(session, "diverged");
    await session.play();
    const { message, step } = await diverged;
    expect(message).toMatch(
      /^training diverged after \d+ steps: the loss was .* The learning rate was .*; try a smaller/,
    );
    expect(session.isPlaying).toBe(false);
    expect(session.step).toBe(step);
    expect(session.checkpoints.map((checkpoint) => checkpoint.step)).toEqual([0]);
    expect(await session.evaluate()).toEqual(session.checkpoints[0]?.evaluation);
    await session.setLearningRate(0.003);
    const finished = next(session, "finished");
    await session.play();
    await finished;
    const losses = session.checkpoints.map(({ evaluation }) => evaluation.loss);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect((await open(await session.save())).info.options.learningRate).toBe(0.003);
  });

  it.each<[TrainingOptions, string]>([
    [{ width: 64, heads: 5 }, "d_model 64 is not divisible by 5 heads"],
    [
      { width: 12, heads: 4 },
      "rotary positions turn pairs of components, but d_model 12 with 4 heads leaves 3 for each",
    ],
    [{ mostPeriod: 40 }, "a period of 40 distinct tokens cannot be drawn from a vocabulary of 32"],
    [{ vocabulary: 64, mostPeriod: 40 }, "with a period of 40, a sequence of 32 tokens never repeats itself"],
    [{ kvHeads: 3 }, "there are 4 heads, which is not a multiple of 3 key/value heads"],
    [{ learningRate: 0 }, "the learning rate is 0; it must be finite and above 0"],
    [{ finalLearningRate: 1 }, "the learning rate would go from 0.003 to 1"],
    [{ steps: 10 }, "there are 50 warm-up steps among 10 steps"],
    [{ layers: 1.5 }, 'layers is "1.5"; it must be a whole number'],
    [{ length: 1e9 }, "the length is 1000000000; it must be at most 8192"],
    [{ task: "chess" as "copy" }, 'there is no task "chess"; there are induction, copy'],
    [{ seed: -1 }, 'seed is "-1"; it must be a whole number from 0 to 4294967295'],
    [{ deep: 3 } as TrainingOptions, 'there is no option "deep"'],
    [{ width: 65536, layers: 256 }, "more parameters than can be counted"],
    [{ width: 16384, layers: 1 }, "there is not enough memory for this"],
    [{ batch: 2e9 }, "a batch of 2000000000 sequences of 32 tokens is too large; it may have 1048576 tokens"],
  ])("%j is refused with the core's words", async (options, message) => {
    await expect(start(options).then((session) => session.takeStep())).rejects.toThrow(message);
  });
});
