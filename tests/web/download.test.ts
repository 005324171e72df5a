/** Servers that say nothing, or too much: no connection is waited for without end, and none is left open. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { download, downloadWhole } from "../../web/src/models/sources/download";
import { sizeIfThere } from "../../web/src/models/sources/remote-files";

const address = { url: new URL("https://models.example/config.json"), name: "config.json" };
const silence = "config.json was not read: models.example sent nothing for 30 s";

/** What is asked of the server, and which of its answers are read no more. */
let asked: string[];
let ended: number;

/** Bytes, and after them nothing, until the connection is ended; or their end. */
function body(signal: AbortSignal, bytes: number, isEnding = false): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes));
      if (isEnding) return controller.close();
      signal.addEventListener("abort", () => {
        ended++;
        controller.error(signal.reason);
      });
    },
  });
}

type Answer = (signal: AbortSignal) => Promise<Response>;
const noHeaders: Answer = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      ended++;
      reject(signal.reason);
    });
  });
const stalls: Answer = async (signal) => new Response(body(signal, 4));
const whole: Answer = async (signal) => new Response(body(signal, 8, true));

/** Answers one after the other; the last again and again. */
function serve(...answers: [Answer, ...Answer[]]): void {
  vi.stubGlobal("fetch", (_: URL, init: RequestInit) => {
    asked.push(init.method ?? "GET");
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer?.(init.signal as AbortSignal);
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  ended = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What becomes of it once ten minutes have passed; "it hangs" where nothing does. */
async function after10Minutes(reading: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = "it hangs";
  reading.then(
    (value) => {
      outcome = value;
    },
    (error: Error) => {
      outcome = error.message;
    },
  );
  await vi.advanceTimersByTimeAsync(600_000);
  return outcome;
}

describe("a small file", () => {
  test.each([
    ["the headers", noHeaders],
    ["the rest of a body", stalls],
  ])("whose server does not send %s is asked for three times, then given up", async (_, answer) => {
    serve(answer);
    expect(await after10Minutes(downloadWhole(address, 100))).toBe(silence);
    expect([asked.length, ended]).toEqual([3, 3]);
  });

  test("is there where the server answers the next time", async () => {
    serve(noHeaders, stalls, whole);
    expect(await after10Minutes(downloadWhole(address, 100))).toEqual(new Uint8Array(8));
  });

  test("that is too long is not read on", async () => {
    serve(stalls);
    await expect(downloadWhole(address, 3)).rejects.toThrow("config.json has more than 3 bytes");
    expect([asked.length, ended]).toEqual([1, 1]);
  });

  test("that a reader stops is not asked for again", async () => {
    serve(stalls);
    const stop = new AbortController();
    const reading = downloadWhole(address, 100, stop.signal);
    stop.abort(new Error("stopped"));
    expect(await after10Minutes(reading)).toBe("stopped");
    expect([asked.length, ended]).toEqual([1, 1]);
    await expect(downloadWhole(address, 100, stop.signal)).rejects.toThrow("stopped");
    expect(asked).toHaveLength(1);
  });
});

test("a large file whose server sends no headers is given up, too", async () => {
  serve(noHeaders);
  const reading = async () => {
    for await (const piece of download(address, { start: 0, end: 8 })) throw new Error(`${piece.length} bytes`);
  };
  expect(await after10Minutes(reading())).toBe(silence);
});

test("a server that does not say how long a file is, because it says nothing, is given up", async () => {
  serve(noHeaders);
  expect(await after10Minutes(sizeIfThere(address))).toBe(silence);
  expect([...asked, ended]).toEqual(["HEAD", 1]);
});
