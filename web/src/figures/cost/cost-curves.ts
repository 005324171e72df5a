/** The two charts of the figure. Pure. */
import type { Curve, CurveData } from "../../charts/curves/curve-layout";
import { short } from "../../charts/format";
import type { Memories, Times } from "./cost-numbers";
import { lengths, measuredLengths, sharing } from "./cost-state";

const units = ["B", "KB", "MB", "GB", "TB", "PB"];

/** "524 KB", "1.07 GB": three digits, by thousands. */
export function bytes(value: number): string {
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${Number((value / 1000 ** unit).toPrecision(3))} ${units[unit]}`;
}

/** "3.10 ms", "1,240 ms" */
export const milliseconds = (value: number) =>
  value >= 100 ? `${Math.round(value).toLocaleString("en")} ms` : `${value.toPrecision(3)} ms`;

const x = {
  min: lengths[0] ?? 1,
  max: lengths.at(-1) ?? 1,
  ticks: [64, 512, 4096, 32768],
  format: (tick: number) => (tick >= 1024 ? `${tick / 1024}k` : String(tick)),
};

export function memoryCurves(
  memories: Memories,
  present: readonly { readonly cache: number; readonly weights: number }[],
  tokens: number,
): CurveData {
  const of = (value: (all: NonNullable<ReturnType<Memories["get"]>>) => number | undefined) =>
    lengths.flatMap((length) => {
      const all = memories.get(length);
      const y = all && value(all);
      return y === undefined ? [] : [{ x: length, y }];
    });
  const curves: Curve[] = [
    { name: "weights", points: of((all) => all[0]?.weights), present: present[0]?.weights },
    ...sharing.map(({ short: name }, i) => ({
      name,
      points: of((all) => all[i]?.cache),
      present: present[i]?.cache,
    })),
  ];
  return {
    x,
    y: { min: 1e5, max: 2e12, log: true, ticks: [1e6, 1e9, 1e12], format: bytes },
    curves,
    theory: [],
    present: tokens,
  };
}

export function timeCurves(times: Times, tokens: number): CurveData {
  const curve = (way: "explicit" | "streaming"): Curve => ({
    name: way === "streaming" ? "stream" : way,
    points: [...times[way]].map(([length, y]) => ({ x: length, y })),
    present: times[way].get(tokens),
  });
  const last = measuredLengths.at(-1) ?? 1;
  const at = times.streaming.get(last);
  return {
    x: { ...x, max: last, ticks: [64, 128, 256, 512, 1024, 2048], format: String },
    y: { min: 0.01, max: 1000, log: true, ticks: [0.01, 0.1, 1, 10, 100], format: short },
    curves: [curve("explicit"), curve("streaming")],
    // Four times as long for twice the length.
    theory: at
      ? [
          {
            label: "∝ n²",
            points: measuredLengths.map((n) => [n, at * (n / last) ** 2 * 4] as const).filter(([, y]) => y > 0.01),
            at: "below",
          },
        ]
      : [],
    present: Math.min(tokens, last),
  };
}
