const compile = async (version) =>
  WebAssembly.compile(await (await fetch(`/register_tile/register_tile_${version}.wasm`)).arrayBuffer());

/** The bare register tile (cpp/tools/register_tile.cpp), with relaxed SIMD where the engine has it. */
let module;
export let relaxed = true;
try {
  module = await compile("relaxed");
} catch {
  relaxed = false;
  module = await compile("baseline");
}
const { register_tile: tile, memory } = (await WebAssembly.instantiate(module, {})).exports;
const free = memory.buffer.byteLength / 2; // away from stack and data

/** GFLOP/s: the best of many runs, as what else runs on the machine only takes away. */
export async function peak() {
  let best = 0;
  for (let run = 0; run < 60; run++) {
    const start = performance.now();
    let operations = 0;
    for (let i = 0; i < 2000; i++) operations += tile(free, 1000);
    best = Math.max(best, operations / (performance.now() - start) / 1e6);
    if (run % 10 === 0) await new Promise((resolve) => setTimeout(resolve)); // lets the optimised code come in
  }
  return best;
}
