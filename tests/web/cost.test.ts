// What the section "What attention costs" says, on the numbers that its figure shows.
import { expect, test } from "vitest";
import { loadHeed } from "../../web/src/compute/heed";
import { timeAttention } from "../../web/src/compute/maps/time-attention";
import { bytes, milliseconds } from "../../web/src/figures/cost/cost-curves";
import { memoriesOf } from "../../web/src/figures/cost/cost-numbers";
import { labEngine } from "./lab-engine";

test("twice the length: four times the weights, twice the cache, as the question says", async () => {
  const memories = await memoriesOf(await labEngine(), [2048, 4096]);
  const [short, long] = [memories.get(2048)?.[0], memories.get(4096)?.[0]];
  expect([short?.weights, long?.weights].map((value) => bytes(value ?? 0))).toEqual(["268 MB", "1.07 GB"]);
  expect([short?.cache, long?.cache].map((value) => bytes(value ?? 0))).toEqual(["1.07 GB", "2.15 GB"]);
  expect((long?.weights ?? 0) / (short?.weights ?? 1)).toBe(4);
  expect((long?.cache ?? 0) / (short?.cache ?? 1)).toBe(2);
});

test("eight heads of keys and values take a quarter of the cache of 32, one head a thirty-second part", async () => {
  const [multiHead, grouped, one] = (await memoriesOf(await labEngine(), [512])).get(512) ?? [];
  expect((multiHead?.cache ?? 0) / (grouped?.cache ?? 1)).toBe(4);
  expect((multiHead?.cache ?? 0) / (one?.cache ?? 1)).toBe(32);
});

test("numbers are written with three digits", () => {
  expect([1, 524288, 33554432, 1.0737e9, 1.7e12].map(bytes)).toEqual(["1 B", "524 KB", "33.6 MB", "1.07 GB", "1.7 TB"]);
  expect([0.0123456, 3.1, 1240.4].map(milliseconds)).toEqual(["0.0123 ms", "3.10 ms", "1,240 ms"]);
});

test("both ways are measured on the core, in milliseconds", async () => {
  const heed = await loadHeed();
  for (const way of ["explicit", "streaming"] as const)
    expect(timeAttention(heed, { tokens: 64, way })).toBeGreaterThanOrEqual(0);
});
