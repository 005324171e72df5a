import { expect, test } from "vitest";
import { Focus } from "../../web/src/figure/maps/focus";

const a = { query: 1, key: 2, map: 0 };
const b = { query: 3, key: 4, map: 1 };

test("locked before pointed at before resting", () => {
  const focus = new Focus();
  expect(focus.place).toBeNull();
  focus.resting = a;
  expect(focus.place).toBe(a);
  focus.preview = b;
  expect(focus.place).toBe(b);
  focus.toggle(a);
  focus.preview = b;
  expect(focus.place).toBe(a);
});

test("the same cell again releases, another moves the lock", () => {
  const focus = new Focus();
  focus.toggle(a);
  focus.toggle(b);
  expect(focus.locked).toBe(b);
  focus.toggle({ ...b });
  expect(focus.locked).toBeNull();
  focus.toggle(a);
  focus.release();
  expect(focus.place).toBeNull();
});

test("keys take a lock along, and leave none behind", () => {
  const right = ({ query, key }: { query: number; key: number }) => ({ query, key: key + 1 });
  const focus = new Focus();
  focus.resting = a;
  focus.move(right, 2, true);
  expect([focus.place, focus.locked]).toEqual([{ query: 1, key: 3, map: 2 }, null]);
  focus.toggle(a);
  focus.move(right, 0, true);
  expect(focus.locked).toEqual({ query: 1, key: 3, map: 0 });
  focus.move(right, 0, false);
  expect(focus.locked).toEqual({ query: 1, key: null, map: 0 });
});
