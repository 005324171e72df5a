import { describeMap } from "./described-map";
import type { AttentionResult, Heed, LongHead, TensorShape } from "./heed";
import { notebookMap } from "./notebook-maps";
import type { KnownRows, MapCells, TaskMessage, TaskName, Tasks } from "./protocol";

/** The open long heads, or why one could not be opened. */
const longHeads = new Map<number, LongHead | Error>();

/** Does a task of the protocol; what is in `transfer` can be handed on without a copy. */
export function perform(
  heed: Heed,
  task: TaskMessage,
): { result: Tasks[TaskName]["result"]; transfer?: Transferable[] } {
  switch (task.name) {
    case "notebookMap": {
      const map = notebookMap(heed, task.request.options, task.request.head);
      return {
        result: map,
        transfer: [map.weights, map.entropy, map.normalisedEntropy, map.visibleKeys].map(bufferOf),
      };
    }
    case "describeMap": {
      const map = describeMap(heed, task.request);
      return {
        result: map,
        transfer: [map.weights, map.entropy, map.normalisedEntropy, map.visibleKeys, map.sums].map(bufferOf),
      };
    }
    case "attention": {
      const result = heed.attention(task.request.inputs, task.request.options);
      return { result, transfer: tensorsOf(result).map(({ data }) => bufferOf(data)) };
    }
    case "openLongHead": {
      const { session, source, options } = task.request;
      try {
        const isHandmade = "handmade" in source;
        const head = isHandmade ? heed.handmadeLongHead(source.handmade, options) : heed.longHead(source, options);
        longHeads.set(session, head);
      } catch (error) {
        longHeads.set(session, error instanceof Error ? error : new Error(String(error)));
      }
      return { result: undefined };
    }
    case "sizeOfLongHead": {
      const { queries, keys } = longHeadOf(task.request.session);
      return { result: { queries, keys } };
    }
    case "mapLongHead": {
      const cells = mapLongHead(task.request);
      const { largest, sum, rows } = cells;
      return { result: cells, transfer: [largest, sum, rows.logSumExp, rows.entropy].map(bufferOf) };
    }
    case "closeLongHead": {
      const head = longHeads.get(task.request.session);
      if (head && !(head instanceof Error)) head.delete();
      longHeads.delete(task.request.session);
      return { result: undefined };
    }
  }
}

function mapLongHead({ session, part, known }: Tasks["mapLongHead"]["request"]): MapCells {
  const head = longHeadOf(session);
  if (known) head.remember(known.first, { logSumExp: column(known.logSumExp), entropy: column(known.entropy) });
  const { largest, sum } = head.map(part);
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

const column = (data: Float32Array) => ({ data, shape: [1, 1, data.length, 1] as TensorShape });
const bufferOf = (array: Float32Array) => array.buffer;

function tensorsOf({ output, logSumExp, entropy, visibleKeys, weights, logits }: AttentionResult) {
  return [output, logSumExp, entropy, visibleKeys, weights, logits].filter((tensor) => tensor !== undefined);
}
