import { describe, expect, test } from "vitest";
import { roundSteps, timeHeight, timeLayout, timeMargin } from "../../web/src/charts/curves/time-layout";
import type { TimeLine, TimePanel } from "../../web/src/charts/curves/time-panel";
import { pointAt } from "../../web/src/charts/curves/time-texts";

const line = (key: string, ...values: number[]): TimeLine => ({
  key,
  name: key,
  valued: true,
  points: values.map((value, i) => [10 * i, value] as const),
  color: "red",
  dash: null,
  weight: "plain",
});
const panel = (key: string, lines: TimeLine[], height = 100): TimePanel => ({
  key,
  title: key,
  height,
  domain: [0, 1],
  lines,
  bounds: [],
  format: (value) => value.toFixed(2),
});

describe("panels over time", () => {
  const panels = [panel("a", [line("x", 0, 0.5, 1)]), panel("b", [line("y", 1, 1, 1)], 50)];
  const layout = timeLayout(panels, 560, { last: 20, at: null });

  test("stand one above the other without overlap, within the height that is reserved", () => {
    const [a, b] = layout.panels;
    expect((a?.bottom ?? 0) - (a?.top ?? 0)).toBe(100);
    expect(b?.titleY).toBeGreaterThan(a?.bottom ?? 0);
    expect(layout.height).toBe(timeHeight(panels));
    expect(b?.bottom).toBeLessThan(layout.height);
  });

  test("share one axis: the same step is at the same place in all of them", () => {
    expect(layout.panels[0]?.paths[0]?.points.map(([x]) => x)).toEqual(
      layout.panels[1]?.paths[0]?.points.map(([x]) => x),
    );
    expect(layout.x(0)).toBe(timeMargin.left);
    expect(layout.x(20)).toBe(560 - timeMargin.right);
  });

  test("a place on the axis is a step, and never one beyond its ends", () => {
    for (const step of [0, 7, 20]) expect(layout.stepAt(layout.x(step))).toBeCloseTo(step, 10);
    expect(layout.stepAt(-100)).toBe(0);
    expect(layout.stepAt(9999)).toBe(20);
  });

  test("values beyond the domain are drawn at its edge", () => {
    const [drawn] = timeLayout([panel("a", [line("x", 5)])], 560, { last: 10, at: null }).panels;
    expect(drawn?.paths[0]?.points[0]?.[1]).toBe(drawn?.top);
  });
});

describe("labels", () => {
  test("stand at the lines' ends with their last value, or that of the step in focus", () => {
    const at = (step: number | null) =>
      timeLayout([panel("a", [line("x", 0.1, 0.2, 0.3)])], 560, { last: 20, at: step }).panels[0]?.labels[0];
    expect(at(null)?.text).toBe("x 0.30");
    expect(at(10)?.text).toBe("x 0.20");
    expect(at(10)?.end).toEqual(at(null)?.end);
  });

  test("keep apart, and the least give way where there is no room, but not the strong", () => {
    const lines = Array.from({ length: 20 }, (_, i) => line(`${i}`, 0.9 - i / 100));
    const weak = { ...line("strong", 0), weight: "strong" } as const;
    const labels = timeLayout([panel("a", [...lines, weak])], 560, { last: 20, at: null }).panels[0]?.labels ?? [];
    expect(labels.length).toBeLessThan(20);
    expect(labels.map((label) => label.line.key)).toContain("strong");
    expect(labels.map((label) => label.line.key)).toContain("0");
    const ys = labels.map(({ y }) => y).sort((a, b) => a - b);
    for (const [i, y] of ys.entries()) if (i > 0) expect(y - (ys[i - 1] ?? 0)).toBeGreaterThan(12.9);
  });

  test("say the name alone, or the value alone, or nothing", () => {
    const named = (change: Partial<TimeLine>) =>
      timeLayout([panel("a", [{ ...line("x", 0.5), ...change }])], 560, { last: 20, at: null }).panels[0]?.labels[0]
        ?.text;
    expect(named({ valued: false })).toBe("x");
    expect(named({ name: "" })).toBe("0.50");
    expect(named({ name: null })).toBeUndefined();
  });

  test("lines without points have none", () => {
    expect(timeLayout([panel("a", [line("x")])], 560, { last: 20, at: 3 }).panels[0]?.labels).toEqual([]);
  });
});

test("a note stands beside its step where no line passes, on the side that has room", () => {
  const high = { ...panel("a", [line("x", 0.9, 0.9, 0.9)]), note: { step: 0, text: "here" } };
  const low = { ...panel("a", [line("x", 0.1, 0.1, 0.1)]), note: { step: 20, text: "here" } };
  const noteOf = (of: TimePanel) => timeLayout([of], 560, { last: 20, at: null }).panels[0];
  const [a, b] = [noteOf(high), noteOf(low)];
  expect(a?.note?.anchor).toBe("start");
  expect(b?.note?.anchor).toBe("end");
  expect(Math.abs((a?.note?.y ?? 0) - (a?.y(0.9) ?? 0))).toBeGreaterThan(20);
  expect(Math.abs((b?.note?.y ?? 0) - (b?.y(0.1) ?? 0))).toBeGreaterThan(20);
});

test("a bound is named at its left end, or at its right where a line is in the way on the left", () => {
  const bounds = [{ value: 0.5, name: "half of all", side: "above" as const }];
  const nameOf = (...values: number[]) =>
    timeLayout([{ ...panel("a", [line("x", ...values)]), bounds }], 560, { last: 20, at: null }).panels[0]?.bounds[0];
  expect(nameOf(0.1, 0.1, 0.1)).toMatchObject({ anchor: "start", text: "half of all" });
  expect(nameOf(0.55, 0.55, 0.9)).toMatchObject({ anchor: "end" });
});

test("a dot's text stands to its right, unless the chart ends there", () => {
  const dotAt = (step: number) =>
    timeLayout([{ ...panel("a", []), dots: [{ step, value: 0.5, text: "without 1.1: 0.50" }] }], 400, {
      last: 20,
      at: null,
    }).panels[0]?.dots[0]?.text;
  expect(dotAt(2)?.anchor).toBe("start");
  expect(dotAt(20)?.anchor).toBe("end");
});

test("narrow charts go without the titles' details", () => {
  const detailed = { ...panel("a", []), detail: "more" };
  const titleAt = (width: number) => timeLayout([detailed], width, { last: 20, at: null }).panels[0]?.title;
  expect(titleAt(560)).toBe("a: more");
  expect(titleAt(350)).toBe("a");
});

test("the point at a step is the nearest, but there is none where the line has not come so far", () => {
  const { points } = line("x", 0.1, 0.2, 0.3);
  expect(pointAt(points, 12)).toEqual([10, 0.2]);
  expect(pointAt(points, 29)).toEqual([20, 0.3]);
  expect(pointAt(points, 31)).toBeNull();
  expect(pointAt([], 0)).toBeNull();
});

test("axes end at round numbers", () => {
  expect([0, 1, 400, 401, 999, 1000, 1001, 1450, 2400].map(roundSteps)).toEqual([
    1, 1, 400, 500, 1000, 1000, 1500, 1500, 3000,
  ]);
});
