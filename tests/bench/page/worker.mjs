import { heedWays } from "../contenders/heed.mjs";
import { inputsOf } from "../works.mjs";
import { load } from "./load.mjs";

let ready;

/** A work to prepare, then "run" as often as wanted; answers each. */
globalThis.onmessage = async ({ data }) => {
  if (data === "run") ready.run();
  else ready = await heedWays(await load.heed(), data, inputsOf(data))[0].prepare();
  postMessage("done");
};
