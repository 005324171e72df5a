import { heedWays } from "../contenders/heed.mjs";
import { onnxruntimeWays } from "../contenders/onnxruntime.mjs";
import { tfjsWays } from "../contenders/tfjs.mjs";
import { fastest, inTurn, summary } from "../rounds.mjs";
import { inputsOf, operations, works } from "../works.mjs";
import { load } from "./load.mjs";
import { peak, relaxed } from "./peak.mjs";

const ways = { heed: heedWays, onnxruntime: onnxruntimeWays, tfjs: tfjsWays };

async function seconds(ready, times) {
  const start = performance.now();
  for (let i = 0; i < times; i++) await ready.run();
  return (performance.now() - start) / 1000;
}

/** From nothing to the first result, in milliseconds: to be asked of a fresh page. */
export async function cold(name) {
  const work = { heads: 1, length: 64, dim: 64, causal: false };
  const inputs = inputsOf(work);
  const start = performance.now();
  const [way] = ways[name](await load[name](), work, inputs);
  const ready = await way.prepare();
  await ready.run();
  ready.output();
  return performance.now() - start;
}

/** One work, all contenders in turn. GFLOP/s of each, their noise, the ways chosen, and the peak of the same minutes. */
export async function measure(workName, { rounds, turn, best }, say) {
  const work = works.find(({ name }) => name === workName);
  const inputs = inputsOf(work);
  const modules = {};
  for (const name of Object.keys(ways)) modules[name] = await load[name]();
  const [reference] = heedWays(modules.heed, work, inputs);
  const ready = await reference.prepare();
  ready.run();
  const expected = ready.output();
  const chosen = [];
  for (const name of Object.keys(ways)) {
    const chosenWay = await fastest({ name, ways: ways[name](modules[name], work, inputs) }, expected, seconds, say);
    if (chosenWay) chosen.push(chosenWay);
  }
  const peakBefore = await peak();
  const results = await inTurn(chosen, rounds, turn, seconds);
  const peakAfter = await peak();
  const figures = {};
  let noise = 0;
  for (const [{ contender }, times] of results) {
    const { typical, spread } = summary(times, best);
    figures[contender] = operations(work) / typical / 1e9;
    noise = Math.max(noise, spread);
  }
  return {
    figures,
    noise,
    peak: Math.max(peakBefore, peakAfter),
    simd: relaxed ? "relaxed SIMD" : "SIMD",
    ways: Object.fromEntries(chosen.map(({ contender, way }) => [contender, way])),
  };
}

/** Seconds of one run of Heed for each length, and the exponent of a power law fitted to those from 1024 on. */
export async function scaling(lengths) {
  const heed = await load.heed();
  const points = [];
  for (const length of lengths) {
    const work = { heads: 1, length, dim: 64, causal: false };
    const [way] = heedWays(heed, work, inputsOf(work));
    const ready = await way.prepare();
    const first = await seconds(ready, 1);
    const times = Math.max(1, Math.min(400, Math.round(0.1 / first)));
    const runs = first > 1 ? [first] : [];
    while (runs.length < (first > 1 ? 2 : 5)) runs.push((await seconds(ready, times)) / times);
    points.push({ length, seconds: summary(runs).typical, gflops: operations(work) / summary(runs).typical / 1e9 });
  }
  return { points, exponent: slope(points.filter(({ length }) => length >= 1024)) };
}

function slope(points) {
  const x = points.map(({ length }) => Math.log(length));
  const y = points.map(({ seconds }) => Math.log(seconds));
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [mx, my] = [mean(x), mean(y)];
  const products = x.map((value, i) => (value - mx) * (y[i] - my));
  return mean(products) / mean(x.map((value) => (value - mx) ** 2));
}

/** How much faster two workers do a work's heads than one does: medians of alternating runs. */
export async function workers({ rounds, best }) {
  const work = works.find(({ heads, length }) => heads === 8 && length === 1024);
  const start = async (heads) => {
    const worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
    const ask = (message) =>
      new Promise((resolve, reject) => {
        worker.onmessage = resolve;
        worker.onerror = reject;
        worker.postMessage(message);
      });
    await ask({ ...work, heads });
    return () => ask("run");
  };
  const one = [await start(work.heads)];
  const two = [await start(work.heads / 2), await start(work.heads / 2)];
  const once = async (team) => {
    const begin = performance.now();
    await Promise.all(team.map((run) => run()));
    return performance.now() - begin;
  };
  for (let i = 0; i < 5; i++) for (const team of [one, two]) await once(team);
  const times = { one: [], two: [] };
  for (let i = 0; i < rounds; i++) {
    times.one.push(await once(one));
    times.two.push(await once(two));
  }
  return summary(times.one, best).typical / summary(times.two, best).typical;
}
