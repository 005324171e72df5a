/** A short version of `npm run fuzz`, always the same calls. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callOnce, drive } from "./bindings/drive.mjs";
import { tell } from "./bindings/fuzz.mjs";
import { trap } from "./bindings/hostile.mjs";
import { buildModules, moduleNames, registered, startModule } from "./bindings/modules.mjs";
import { randomFrom } from "./bindings/random.mjs";

await buildModules();

const count = 200;
const seed = 1;

for (const moduleName of moduleNames) {
  const first = await startModule(moduleName);

  test(`every function that heed-${moduleName} registers is driven`, () =>
    assert.deepEqual(Object.keys(first.calls).sort(), registered(first.module)));

  // One module for all functions, as starting one takes longer than the calls; after a finding a fresh one.
  let started = first;
  const start = async () => started;
  for (const [name, { cost = 1, args }] of Object.entries(first.calls))
    test(`${moduleName}.${name} returns or refuses what it is given, and touches no memory but its own`, async () => {
      const calls = count / cost;
      const result = await drive({ start, name, seed, count: calls, from: 0, progress: new Int32Array(1), most: 1 });
      if (result.findings.length > 0) started = await startModule(moduleName);
      if (result.findings.length > 0) tell(`${moduleName}.${name}`, seed, result);
      assert.equal(result.findings.length, 0);
      // Neither side of the calls goes untried.
      assert.ok(result.returned > calls / 10, `${result.returned} of ${calls} returned`);
      // One without parameters makes arguments of none, and refuses nothing.
      if (args?.length > 0) assert.ok(result.refused > 0, `none of ${calls} refused`);
    });

  test(`an argument of heed-${moduleName} may delete the object whose method reads it`, () => {
    let deleted = 0;
    for (const [name, call] of Object.entries(started.calls)) {
      if (!call.of || call.shared || call.read) continue;
      for (let i = 0; i < 8; i++) {
        const random = randomFrom(i);
        const object = call.of(random);
        const args = trap(random, call.args(random, object), () => object.delete());
        callOnce(started.module, name, object, args, false);
        if (object.isDeleted()) deleted++;
        else object.delete();
      }
    }
    started.check();
    assert.ok(deleted > 0);
  });

  if (moduleName === "core")
    test("a map of NaN whose rows are said to be finite is NaN", async () => {
      const { module, check } = await startModule("core");
      const tensor = (length, dim, value) => ({
        data: new Float32Array(length * dim).fill(value),
        shape: [1, 1, length, dim],
      });
      for (const [query, key, logSumExp] of [
        [Number.NaN, 1, 0],
        [1, Number.NaN, 0],
        [1e38, 1e38, Number.POSITIVE_INFINITY],
      ]) {
        const head = module.longHead({ query: tensor(5, 2, query), key: tensor(9, 2, key) }, {});
        head.remember(0, { logSumExp: tensor(5, 1, logSumExp), entropy: tensor(5, 1, 0) });
        const { largest, sum } = head.map({ row: 0, rows: 5, column: 0, columns: 9 });
        for (const weights of [largest, sum]) assert.ok(weights.data.every(Number.isNaN));
        head.delete();
      }
      check();
    });

  test(`a method of heed-${moduleName} is refused without its object`, () => {
    for (const name of Object.keys(started.calls).filter((name) => name.includes("."))) {
      const [type, method] = name.split(".");
      const member = Object.getOwnPropertyDescriptor(started.module[type].prototype, method).value;
      if (member) for (const other of [null, undefined, {}, 3]) assert.throws(() => member.call(other), Error);
    }
    started.check();
  });
}
