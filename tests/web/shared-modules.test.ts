import { expect, it } from "vitest";
import { receiveModules } from "../../web/src/compute/modules/receive-modules";
import { shareModules } from "../../web/src/compute/modules/shared-modules";

/** `(module (func (export "five") (result i32) i32.const 5))` */
const five = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7f],
  ...[3, 2, 1, 0],
  ...[7, 8, 1, 4, 0x66, 0x69, 0x76, 0x65, 0, 0],
  ...[10, 6, 1, 4, 0, 0x41, 5, 0x0b],
);

type Ask = (address: URL) => Promise<WebAssembly.Module | null>;

/** A page and a worker, joined by a channel that copies and transfers as that between them does. */
async function joined(compile: (address: URL) => Promise<WebAssembly.Module>) {
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  const ask = await new Promise<Ask>((resolve) => {
    const scope = new EventTarget();
    receiveModules(scope, (page) => page && resolve(page));
    scope.addEventListener("message", (event) => heard.push((event as MessageEvent).data));
    port2.onmessage = ({ data }) => scope.dispatchEvent(new MessageEvent("message", { data }));
    shareModules(port1, compile);
  });
  return { ask, heard, end: () => port1.close() };
}

it("hands a worker the module that the page compiled", async () => {
  const asked: string[] = [];
  const { ask, heard, end } = await joined((address) => {
    asked.push(address.href);
    return WebAssembly.compile(five);
  });
  const module = await ask(new URL("https://example.org/five.wasm"));
  expect(asked).toEqual(["https://example.org/five.wasm"]);
  const { exports } = new WebAssembly.Instance(module as WebAssembly.Module);
  expect((exports.five as () => number)()).toBe(5);
  // Whatever else listens in the worker has not seen the port.
  expect(heard).toEqual([]);
  end();
});

it("answers with nothing where the page cannot compile it, so that the worker tries, and says why it fails", async () => {
  const { ask, end } = await joined(() => Promise.reject(new Error("the policy of this page")));
  expect(await ask(new URL("https://example.org/five.wasm"))).toBeNull();
  end();
});

it("answers several at once, each with its own", async () => {
  const slow = new URL("https://example.org/slow.wasm");
  let release = () => {};
  const { ask, end } = await joined(({ href }) =>
    href === slow.href
      ? new Promise((_, reject) => (release = () => reject(new Error("gone"))))
      : WebAssembly.compile(five),
  );
  const waiting = ask(slow);
  expect(await ask(new URL("https://example.org/five.wasm"))).toBeInstanceOf(WebAssembly.Module);
  release();
  expect(await waiting).toBeNull();
  end();
});
