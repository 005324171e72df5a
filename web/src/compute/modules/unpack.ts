import packed from "virtual:wasm";
import { startedOnce } from "./load-module";

/** The WebAssembly that is part of this script. */
export const wasm: () => Promise<HeedWasm> = startedOnce(async () =>
  Object.fromEntries(
    await Promise.all(Object.entries(packed).map(async ([name, text]) => [name, await unpack(text)] as const)),
  ),
);

async function unpack(base64: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
