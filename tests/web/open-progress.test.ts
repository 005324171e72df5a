import { expect, test } from "vitest";
import { type OpenProgress, progressOf } from "../../web/src/models/sources/progress";

test("speed and time left are those of the last seconds", () => {
  let time = 0;
  const told: OpenProgress[] = [];
  const read = progressOf(
    10_000,
    (progress) => told.push(progress),
    () => time,
  );
  read(100);
  expect(told).toEqual([{ loaded: 100, total: 10_000 }]);
  // 100 bytes every 100 ms.
  for (let i = 0; i < 20; i++) {
    time += 100;
    read(100);
  }
  const last = told.at(-1) as Required<OpenProgress>;
  expect(last.loaded).toBe(2100);
  expect(last.bytesPerSecond).toBeCloseTo(1050, 6);
  expect(last.secondsLeft).toBeCloseTo(7900 / 1050, 6);
  // A pause counts as long as it is among them.
  time += 2000;
  read(100);
  expect(told.at(-1)?.bytesPerSecond).toBeCloseTo(2200 / 4, 6);
  for (let i = 0; i < 70; i++) {
    time += 100;
    read(50);
  }
  expect(told.at(-1)?.bytesPerSecond).toBeCloseTo(500, -1);
});

test("without a listener nothing is told", () => {
  expect(() => progressOf(1, undefined)(1)).not.toThrow();
});
