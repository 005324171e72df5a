import { asError } from "../../model/error-message";
import type { Heed, LongHead, TensorShape } from "../heed";
import { blockRows, sumRows } from "../maps/described-map";
import { entropyCurves } from "../maps/entropy-curves";
import { maskedHead } from "../maps/masked-head";
import { notebookMap } from "../maps/notebook-maps";
import { timeAttention } from "../maps/time-attention";
import {
  type CoreTasks,
  type KnownRows,
  type MapCells,
  type Performers,
  performTask,
  type TaskMessage,
} from "../protocol";

/** The open long heads, or why one could not be opened. */
const longHeads = new Map<number, LongHead | Error>();

const coreTasks: Performers<Heed, CoreTasks> = {
  notebookMap: (heed, { options, head }) => notebookMap(heed, options, head),
  notebookTensors: (heed, options) => heed.notebook(options),
  maskedHead,
  attention: (heed, { inputs, options }) => heed.attention(inputs, options),
  timeAttention,
  blockRows,
  sumRows,
  entropyCurves,
  openLongHead(heed, { session, source, options }) {
    try {
      const isHandmade = "handmade" in source;
      const head = isHandmade ? heed.handmadeLongHead(source.handmade, options) : heed.longHead(source, options);
      longHeads.set(session, head);
    } catch (error) {
      longHeads.set(session, asError(error));
    }
  },
  sizeOfLongHead(_heed, { session }) {
    const { queries, keys } = longHeadOf(session);
    return { queries, keys };
  },
  mapLongHead: (_heed, request) => mapLongHead(request),
  mapMargins: (heed, cells) => heed.mapMargins(cells),
  closeLongHead(_heed, { session }) {
    const head = longHeads.get(session);
    if (head && !(head instanceof Error)) head.delete();
    longHeads.delete(session);
  },
};

export const isCoreTask = ({ name }: TaskMessage) => name in coreTasks;

/** Does a task of the core. */
export const performInCore = (heed: Heed, task: TaskMessage) => performTask(coreTasks, heed, task);

function mapLongHead({ session, part, known }: CoreTasks["mapLongHead"]["request"]): MapCells {
  const head = longHeadOf(session);
  if (known) head.remember(known.first, { logSumExp: column(known.logSumExp), entropy: column(known.entropy) });
  const { before, ...blocks } = part;
  // Of one row of cells.
  const given = before && { largest: row(before.largest), sum: row(before.sum) };
  const { largest, sum } = head.map(given ? { ...blocks, before: given } : blocks);
  const { logSumExp, entropy } = head.rows(part.row, part.rows);
  const rows: KnownRows = { first: part.row, logSumExp: logSumExp.data, entropy: entropy.data };
  return { largest: largest.data, sum: sum.data, rows };
}

function longHeadOf(session: number): LongHead {
  const head = longHeads.get(session);
  if (head instanceof Error) throw head;
  if (!head) throw new Error(`there is no long head ${session}`);
  return head;
}

const row = (data: Float32Array) => ({ data, shape: [1, 1, 1, data.length] as TensorShape });
const column = (data: Float32Array) => ({ data, shape: [1, 1, data.length, 1] as TensorShape });
