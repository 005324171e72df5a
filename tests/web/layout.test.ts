import { describe, expect, test } from "vitest";
import { entropyHeight, entropyLayout, entropyMargin, thin } from "../../web/src/charts/curves/entropy-layout";
import { dodge } from "../../web/src/charts/dodge";
import { atLeast, heatmapLayout } from "../../web/src/charts/heatmap/heatmap-layout";
import { tokenTicks } from "../../web/src/charts/ticks";
import { tableWindow } from "../../web/src/figures/notebook/tables";

describe("heatmap", () => {
  const layout = heatmapLayout({ queries: 8, keys: 8 }, { width: 400, height: 400 });

  test("cells tile the square, queries down and keys across", () => {
    expect(layout.cell(4, 7)).toEqual({ x: 350, y: 200, width: 50, height: 50 });
    expect(layout.row(4)).toEqual({ x: 0, y: 200, width: 400, height: 50 });
    expect(layout.column(7)).toEqual({ x: 350, y: 0, width: 50, height: 400 });
  });

  test("every point belongs to a cell", () => {
    expect(layout.cellAt(351, 201)).toEqual({ query: 4, key: 7 });
    expect(layout.cellAt(-5, 9999)).toEqual({ query: 7, key: 0 });
    for (let query = 0; query < 8; query++) {
      const { x, y, width, height } = layout.cell(query, 3);
      expect(layout.cellAt(x + width / 2, y + height / 2)).toEqual({ query, key: 3 });
    }
  });

  test("the frame of one cell of thousands can be seen", () => {
    expect(atLeast({ x: 10, y: 10, width: 0.1, height: 0.1 }, 5)).toEqual({ x: 7.55, y: 7.55, width: 5, height: 5 });
  });

  test("labels thin out in steps of 1, 2 and 5", () => {
    expect(tokenTicks(8, 400, 26)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(tokenTicks(24, 400, 26)).toHaveLength(12);
    expect(tokenTicks(512, 480, 26)).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500]);
    expect(tokenTicks(1, 400, 26)).toEqual([0]);
    expect(tokenTicks(4096, 30, 26)).toHaveLength(1);
  });
});

describe("dodge", () => {
  test("labels apart already stay where they are", () => {
    expect(dodge([10, 50, 30], 15, 0, 100)).toEqual([10, 50, 30]);
  });

  test("colliding labels share the displacement and keep their order", () => {
    expect(dodge([50, 50], 20, 0, 100)).toEqual([40, 60]);
    const placed = dodge([52, 50, 51], 10, 0, 100);
    expect(placed).toEqual([61, 41, 51]);
  });

  test("they stay inside, and apart, at the edges", () => {
    expect(dodge([1, 2, 3], 10, 0, 100)).toEqual([0, 10, 20]);
    expect(dodge([99, 98], 10, 0, 100)).toEqual([100, 90]);
  });

  test("whatever the input, gaps and bounds hold where there is room", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    for (let run = 0; run < 200; run++) {
      const positions = Array.from({ length: 1 + Math.floor(random() * 17) }, () => random() * 260);
      const placed = dodge(positions, 15, 0, 260).sort((a, b) => a - b);
      expect(placed[0]).toBeGreaterThanOrEqual(0);
      expect(placed.at(-1)).toBeLessThanOrEqual(260 + 1e-9);
      for (let i = 1; i < placed.length; i++) {
        expect((placed[i] ?? 0) - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9);
      }
    }
  });
});

describe("entropy chart", () => {
  const size = { width: 1080, height: entropyHeight(2) };
  const data = {
    lines: [
      { map: 0, entropy: Float32Array.of(0.5, 0.6, 0.7, 0.6) },
      { map: 1, entropy: Float32Array.of(1.3, 1.2, 1.1, 0.9) },
    ],
    visibleKeys: Float32Array.of(4, 4, 4, 4),
    largestEntropy: Float32Array.of(1.5, 1.5, 1.5, 1.5),
  };

  test("runs from 0 to the largest entropy", () => {
    const { y, ceiling, flat } = entropyLayout(data, size);
    expect(y.domain()).toEqual([0, 1.5]);
    expect(y(1.5)).toBe(entropyMargin.top);
    expect(new Set(ceiling.map(([, py]) => py))).toEqual(new Set([entropyMargin.top]));
    expect(flat).toBe(true);
  });

  test("under a causal mask the ceiling grows with the query", () => {
    const causal = {
      ...data,
      visibleKeys: Float32Array.of(1, 2, 3, 4),
      largestEntropy: Float32Array.of(0, 0.75, 1, 1.5),
    };
    const { ceiling, flat, y } = entropyLayout(causal, size);
    expect(ceiling.map(([, py]) => py)).toEqual([y(0), y(0.75), y(1), y(1.5)]);
    expect(flat).toBe(false);
  });

  test("finds the query and the nearest line", () => {
    const layout = entropyLayout(data, size);
    expect(layout.queryAt(layout.x(2) + 3)).toBe(2);
    expect(layout.queryAt(-100)).toBe(0);
    expect(layout.mapAt(3, layout.y(0.95))).toBe(1);
    expect(layout.mapAt(3, layout.y(0.1))).toBe(0);
  });

  test("one token, which sees itself only", () => {
    const one = {
      lines: [{ map: 0, entropy: Float32Array.of(0) }],
      visibleKeys: Float32Array.of(1),
      largestEntropy: Float32Array.of(0),
    };
    for (const [x, y] of entropyLayout(one, size).paths[0]?.points ?? []) {
      expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
    }
  });

  test("a label stands at the height of the value that it names", () => {
    const lines = [{ map: 0, entropy: Float32Array.of(2, 0.5) }];
    const [visibleKeys, largestEntropy] = [Float32Array.of(8, 8), Float32Array.of(2.079, 2.079)];
    const { labelsAt, y } = entropyLayout({ lines, visibleKeys, largestEntropy }, { width: 390, height: 300 });
    expect(labelsAt(0)[0]?.y).toBeCloseTo(y(2), 9);
    expect(labelsAt(1)[0]?.y).toBeCloseTo(y(0.5), 9);
  });

  test("room for the labels of 17 lines", () => {
    const lines = Array.from({ length: 17 }, (_, map) => ({ map, entropy: Float32Array.of(2, 2) }));
    const height = entropyHeight(17);
    const [visibleKeys, largestEntropy] = [Float32Array.of(8, 8), Float32Array.of(2.079, 2.079)];
    const { labelsAt } = entropyLayout({ lines, visibleKeys, largestEntropy }, { width: 390, height });
    const labels = labelsAt(1).map(({ y }) => y);
    labels.sort((a, b) => a - b);
    expect(labels.at(-1)).toBeLessThanOrEqual(height - entropyMargin.bottom);
    for (let i = 1; i < 17; i++) expect((labels[i] ?? 0) - (labels[i - 1] ?? 0)).toBeGreaterThan(14);
  });

  test("thinned lines keep both ends and every column's extremes", () => {
    const values = Float32Array.from({ length: 4096 }, (_, i) => (Math.sin(i * 12.9898) * 43758.5453) % 1);
    const kept = thin(values, 100);
    expect(kept.length).toBeLessThanOrEqual(202);
    expect(kept[0]?.[0]).toBe(0);
    expect(kept.at(-1)?.[0]).toBe(4095);
    expect(Math.max(...kept.map(([, value]) => value))).toBe(values.reduce((a, b) => Math.max(a, b)));
    expect(kept.every(([index], i) => i === 0 || index > (kept[i - 1]?.[0] ?? 0))).toBe(true);
  });
});

test("the table shows 16 tokens around the one in focus", () => {
  expect(tableWindow(8, 5)).toEqual({ from: 0, to: 8 });
  expect(tableWindow(100, 0)).toEqual({ from: 0, to: 16 });
  expect(tableWindow(100, 50)).toEqual({ from: 42, to: 58 });
  expect(tableWindow(100, 99)).toEqual({ from: 84, to: 100 });
});
