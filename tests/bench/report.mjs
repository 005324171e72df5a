import { writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** Heed's figure, each peer's, and heed / best peer, in GFLOP/s. */
export function row(work, figures, more = {}) {
  const peers = Object.entries(figures).filter(([name]) => name !== "heed");
  const best = Math.max(...peers.map(([, figure]) => figure));
  return { work, ...figures, ratio: figures.heed / best, ...more };
}

/** Lines of a table from rows of cells; numbers to the right. */
export function table(head, rows) {
  const text = [head, ...rows].map((cells) =>
    cells.map((cell) => (typeof cell === "number" ? cell.toFixed(cell < 10 ? 2 : 1) : String(cell ?? "–"))),
  );
  const widths = head.map((_, column) => Math.max(...text.map((cells) => cells[column].length)));
  return text
    .map((cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "))
    .join("\n");
}

export const percent = (part) => `${(100 * part).toFixed(0)} %`;

export const machine = () => ({
  date: new Date().toISOString().slice(0, 10),
  processor: cpus()[0].model,
  cores: cpus().length,
  node: process.version,
});

/** What follows `--name` on the command line. */
export function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
}

/** How often contenders take turns, seconds of a turn, and whether the best round counts instead of the median. */
export function roundsAsked() {
  const best = process.argv.includes("--best");
  return { rounds: Number(option("rounds", best ? 40 : 9)), turn: best ? 0.02 : 0.15, best };
}

/** Writes `--json FILE` if asked for. */
export function writeJson(report) {
  const file = option("json");
  if (file) writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
