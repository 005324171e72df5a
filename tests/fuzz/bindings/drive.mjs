import { attempt } from "./core-calls.mjs";
import { damage, thrown, trap } from "./hostile.mjs";
import { randomFrom, seedOf } from "./random.mjs";

/** Calls between two looks at whether the module still works, and between objects with a state. */
const block = 500;

/**
 * Calls one registered function `count` times, half of them with arguments that fit, from call `from` on. `start()` gives a module and
 * its calls; after a finding a fresh one is started. `progress` is told the call. Returns how many calls returned something and were
 * refused, and the findings: what ended otherwise.
 */
export async function drive({ start, name, seed, count, from, progress, most = 5 }) {
  const result = { returned: 0, refused: 0, findings: [] };
  let started = await start();
  let object;
  for (let i = from - (from % block); i < from + count && result.findings.length < most; i++) {
    const random = randomFrom(seedOf(seed, name, i));
    const call = started.calls[name];
    let args = [];
    Atomics.store(progress, 0, i);
    try {
      if (i % block === 0) started.check();
      // Calls of one object share what its state has become.
      if (i % (call.every ?? block) === 0 || object?.isDeleted()) {
        if (!call.shared && !object?.isDeleted()) object?.delete();
        object = call.of?.(random);
      }
      args = call.args?.(random, object) ?? [];
      if (object && !call.shared && random.chance(0.02)) args = trap(random, args, () => object.delete());
      // An argument's place says as much as a name does.
      else if (random.chance(0.5)) args = damage(random, args, call.slow);
      const outcome = callOnce(started.module, name, object, args, call.read);
      result[outcome.refused ? "refused" : "returned"]++;
      if (!outcome.refused) check(outcome.value);
      if (typeof outcome.value?.delete === "function") outcome.value.delete();
    } catch (error) {
      result.findings.push({
        name,
        call: i,
        args: shown(args),
        error: `${error?.stack ?? error}`,
        report: started.report(),
      });
      started = await start();
      object = undefined;
      // The next object is made at the beginning of a block.
      i += block - 1 - (i % block);
    }
  }
  attempt(() => (started.calls[name].shared ? undefined : object?.delete()));
  return result;
}

export function callOnce(module, name, object, args, read) {
  const method = name.split(".")[1];
  try {
    if (read) return { value: object[method] };
    return { value: method ? object[method](...args) : module[name](...args) };
  } catch (error) {
    module._forget_stack();
    if (error === thrown) return { refused: true };
    if (!(error instanceof Error) || error instanceof WebAssembly.RuntimeError || !error.message) throw error;
    // The stack's end is no refusal.
    if (/^(Aborted|Maximum call stack|memory access|unreachable)/.test(error.message)) throw error;
    return { refused: true };
  }
}

/** Tensors have as many numbers as their shape says, in memory that is JavaScript's own. */
function check(value) {
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer.byteLength > 2 ** 26) throw new Error("a view of the heap has got out");
    return;
  }
  if (ArrayBuffer.isView(value.data) && Array.isArray(value.shape)) {
    const count = value.shape.reduce((product, axis) => product * axis, 1);
    if (value.data.length !== count) throw new Error(`${value.data.length} numbers of shape ${value.shape}`);
  }
  for (const part of Object.values(value)) check(part);
}

function shown(args) {
  const text = (_, value) => {
    if (ArrayBuffer.isView(value) && value.length !== undefined)
      return `${value.constructor.name}(${value.length}) ${Array.from(value.slice?.(0, 12) ?? []).join(" ")}`;
    if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function") return String(value);
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  };
  return attempt(() => JSON.stringify(args, text)) ?? "arguments that cannot be written down";
}
