import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bytesOf, fileOfBytes, type ModelFile } from "../../web/src/models/sources/model-file";
import { deleteModel, keptFiles, listModels, storedFiles } from "../../web/src/models/storage/model-store";
import { MemoryFolder } from "../hub/memory-file-system.mjs";

let room: { bytes: number };
let folder: MemoryFolder;
beforeEach(() => {
  room = { bytes: 10_000 };
  folder = new MemoryFolder(room);
  const storage = { getDirectory: async () => folder, estimate: async () => ({ quota: room.bytes, usage: 0 }) };
  vi.stubGlobal("navigator", { storage });
});
afterEach(() => vi.unstubAllGlobals());

const config = fileOfBytes("config.json", Uint8Array.of(1, 2, 3));
/** A file in pieces of ten bytes that counts how often it is read. */
function weights(version?: string) {
  const bytes = Uint8Array.from({ length: 30 }, (_, i) => i);
  const file = {
    ...fileOfBytes("model.safetensors", bytes),
    ...(version !== undefined && { version }),
    reads: 0,
    async *pieces() {
      file.reads++;
      for (let at = 0; at < bytes.length; at += 10) yield bytes.subarray(at, at + 10);
    },
  };
  return file;
}
const keepAll = async (name: string, files: readonly ModelFile[]) => {
  const kept = await keptFiles(name, files);
  for (const file of kept.files) await bytesOf(file);
  await kept.finish();
};

test("what is read once is there the next time, whole or in part", async () => {
  const file = weights();
  expect(await storedFiles("a")).toBeUndefined();
  await keepAll("a", [config, file]);
  const stored = (await storedFiles("a")) ?? [];
  expect(stored.map(({ name, size }) => [name, size])).toEqual([
    ["config.json", 3],
    ["model.safetensors", 30],
  ]);
  expect(await bytesOf(stored[1] as ModelFile)).toEqual(await bytesOf(file));
  expect([...(await bytesOf(stored[1] as ModelFile, 8, 12))]).toEqual([8, 9, 10, 11]);
  expect(await storedFiles("b")).toBeUndefined();
});

test("models are listed, the last used first, with their sizes, and deleted", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    vi.setSystemTime(1000);
    await keepAll("a", [config, weights()]);
    vi.setSystemTime(2000);
    await keepAll("b", [config]);
    expect(await listModels()).toEqual([
      { name: "b", bytes: 3, lastUsed: 2000 },
      { name: "a", bytes: 33, lastUsed: 1000 },
    ]);
    vi.setSystemTime(3000);
    await storedFiles("a");
    expect((await listModels()).map(({ name, lastUsed }) => [name, lastUsed])).toEqual([
      ["a", 3000],
      ["b", 2000],
    ]);
  } finally {
    vi.useRealTimers();
  }
  await deleteModel("a");
  await deleteModel("a");
  expect((await listModels()).map(({ name }) => name)).toEqual(["b"]);
  expect(await storedFiles("a")).toBeUndefined();
});

test("what is left half-way is no model; a whole file of a known version is not fetched again, one of another is", async () => {
  const first = weights("abc");
  const { files } = await keptFiles("a", [config, first]);
  await bytesOf(files[1] as ModelFile);
  expect(await storedFiles("a")).toBeUndefined();
  expect(await listModels()).toEqual([]);
  const again = weights("abc");
  await keepAll("a", [config, again]);
  expect([first.reads, again.reads]).toEqual([1, 0]);
  const other = weights("def");
  await keepAll("a", [config, other]);
  expect(other.reads).toBe(1);
  // Of the version before nothing is left.
  const [model] = folder.entries.get("heed-models")?.entries.values() ?? [];
  expect([...(model?.entries.keys() ?? [])].sort()).toEqual(["config.json", "def-model.safetensors", "heed-manifest"]);
  const unknown = weights();
  await keepAll("b", [unknown]);
  await keepAll("b", [unknown]);
  expect(unknown.reads).toBe(2);
});

test("a file whose reading ends early is not there", async () => {
  const file = weights("abc");
  const { files } = await keptFiles("a", [file]);
  for await (const _ of (files[0] as ModelFile).pieces()) break;
  const next = await keptFiles("a", [file]);
  await bytesOf(next.files[0] as ModelFile);
  expect(file.reads).toBe(2);
});

test("a model that has no room is refused, before it is fetched where that is known", async () => {
  room.bytes = 20;
  const message =
    "a takes 0 MB, but the browser's storage has room for 0 MB: delete models that are kept, or open it without keeping it";
  await expect(keptFiles("a", [weights()])).rejects.toMatchObject({ fault: "quota", canRetry: false, message });
  vi.stubGlobal("navigator", { storage: { ...navigator.storage, estimate: async () => ({}) } });
  const { files } = await keptFiles("a", [weights()]);
  await expect(bytesOf(files[0] as ModelFile)).rejects.toMatchObject({
    fault: "quota",
    message: message.replace("0 MB:", "less:"),
  });
});

test("where there is no such storage it is said", async () => {
  vi.stubGlobal("navigator", {});
  await expect(listModels()).rejects.toThrow(
    "models can be kept in browsers only, on pages that are served over https",
  );
});

test("what another tab is keeping is not kept twice, and can be kept once that has ended", async () => {
  const held = new Set<string>();
  const request = async (name: string, _: unknown, use: (lock: object | null) => Promise<void> | undefined) => {
    if (held.has(name)) return use(null);
    held.add(name);
    await use({});
    held.delete(name);
  };
  vi.stubGlobal("navigator", { ...navigator, locks: { request } });
  const first = await keptFiles("a", [config]);
  const second = await keptFiles("a", [config]);
  expect(second.files).toEqual([config]);
  await bytesOf(second.files[0] as ModelFile);
  await second.finish();
  second.release();
  expect(await listModels()).toEqual([]);
  await bytesOf(first.files[0] as ModelFile);
  await first.finish();
  first.release();
  expect((await listModels()).map(({ name }) => name)).toEqual(["a"]);
  await vi.waitFor(() => expect(held.size).toBe(0));
  const { release, files } = await keptFiles("a", [config]);
  expect(files).not.toEqual([config]);
  release();
});
