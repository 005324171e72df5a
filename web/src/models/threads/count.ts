import { nodeWorkers } from "./node-workers";

/** More than this share the work of one layer badly. */
const most = 8;

/** A page that asks for more has made a mistake, or means to find out. */
const limit = 32;

/** How many threads a model computes on: as many as asked for, one a processor otherwise, and one where memory cannot be shared. */
export function threadCount(asked: number | undefined): number {
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1))
    throw new Error(`threads is ${asked}; it must be a whole number from 1`);
  if (!canShareMemory()) return 1;
  return asked === undefined ? Math.min(globalThis.navigator?.hardwareConcurrency ?? 1, most) : Math.min(asked, limit);
}

/** Pages must be isolated for it; in Node it always can. */
const canShareMemory = () =>
  typeof SharedArrayBuffer === "function" && (globalThis.crossOriginIsolated === true || nodeWorkers() !== undefined);
