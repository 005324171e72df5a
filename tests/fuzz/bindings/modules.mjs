import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildTarget } from "../../../cpp/toolchain/cmake-build.mjs";
import { repository } from "../../../cpp/toolchain/prepare.mjs";
import { modelFixture } from "../../package/model-fixture.mjs";
import { coreCalls } from "./core-calls.mjs";
import { labCalls } from "./lab-calls.mjs";
import { modelsCalls } from "./models-calls.mjs";

/** The modules, under the sanitizers, and the calls of each. */
const modules = {
  core: { calls: coreCalls, canary: (core) => core.notebook({ tokens: 5, seed: 3 }).value },
  lab: { calls: labCalls, canary: (lab) => lab.workedExample({ tokens: 5, causal: true, seed: 3 }).output },
  models: { calls: modelsCalls, canary: logits },
};

/** Of a text of three tokens, as the first fixture's model foretells it. */
function logits(models) {
  const loader = new models.ModelLoader();
  for (const [name, bytes] of Object.entries(modelFixture("gpt2").files)) {
    loader.addFile(name, bytes.length);
    loader.write(bytes);
  }
  const model = loader.open("file", undefined);
  const { logits } = model.forward({ inputIds: [3, 1, 4] });
  model.delete();
  loader.delete();
  return logits;
}

export const moduleNames = Object.keys(modules);

export async function buildModules() {
  for (const name of moduleNames) await buildTarget("wasm-sanitize", `fuzz-${name}`);
}

const compiled = new Map();

/** A fresh module. `check` throws where it does not compute what it did; `report` is what it has complained of. */
export async function startModule(name) {
  const script = join(repository, `build/wasm-sanitize/tests/fuzz/fuzz-${name}.js`);
  const { default: load } = await import(pathToFileURL(script).href);
  if (!compiled.has(name)) compiled.set(name, await WebAssembly.compile(readFileSync(script.replace(/js$/, "wasm"))));
  const lines = [];
  let instance;
  const module = await load({
    printErr: (line) => lines.push(line),
    print: (line) => lines.push(line),
    instantiateWasm: (imports, done) => {
      instance = new WebAssembly.Instance(
        compiled.get(name),
        forgetting(imports, () => instance.exports.forget_stack()),
      );
      done(instance);
      return instance.exports;
    },
  });
  const { calls, canary } = modules[name];
  const before = JSON.stringify(canary(module));
  const check = () => {
    if (JSON.stringify(canary(module)) !== before) throw new Error("the module computes something else than before");
  };
  return { module, calls: calls(module), check, report: () => lines.join("\n") };
}

/** `imports`, where what throws calls `forget`: the functions that it leaves no longer have variables on the stack. */
function forgetting(imports, forget) {
  const wrap = (value) =>
    typeof value !== "function"
      ? value
      : (...args) => {
          try {
            return value(...args);
          } catch (error) {
            forget();
            throw error;
          }
        };
  const wrapped = (group) => Object.fromEntries(Object.entries(group).map(([name, value]) => [name, wrap(value)]));
  return Object.fromEntries(Object.entries(imports).map(([name, group]) => [name, wrapped(group)]));
}

/** What a module registers: its functions, and the methods and properties of its classes, as "Class.method". */
export function registered(module) {
  const handle = module.ClassHandle?.prototype ?? {};
  const names = [];
  for (const [name, value] of Object.entries(module)) {
    if (typeof value !== "function" || notOurs.test(name)) continue;
    if (!value.prototype || value.argCount !== undefined || !("delete" in value.prototype)) names.push(name);
    else
      for (const member of Object.getOwnPropertyNames(value.prototype))
        if (member !== "constructor" && !(member in handle)) names.push(`${name}.${member}`);
  }
  return names.sort();
}

/** What Emscripten itself puts on a module. */
const notOurs = /^_|^dynCall_|Error$|^(print|printErr|instantiateWasm|count_emval_handles)$/;
