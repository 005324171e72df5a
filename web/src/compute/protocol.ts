import type {
  AttentionInputs,
  AttentionOptions,
  AttentionResult,
  HandmadeOptions,
  Heed,
  KnownCells,
  MapMargins,
  Notebook,
  Tensor,
} from "./heed";
import type { LabTasks } from "./lab-protocol";
import type { BlockRows, Entropies, GivenWeights, MapDescription, RowsToSum } from "./maps/described-map";
import type { EntropyCurvesRequest } from "./maps/entropy-curves";
import type { Cells } from "./maps/map-tile";
import type { MaskedHead, MaskedHeadRequest } from "./maps/masked-head";
import type { HeadMap, NotebookOptions } from "./maps/notebook-maps";
import type { TimingRequest } from "./maps/time-attention";
import type { AnswerMessage, RequestMessage } from "./requests";

/** Where a long head's queries and keys come from: built by hand, or brought along. */
export type LongHeadSource =
  | {
      /** What to build. */
      handmade: HandmadeOptions;
    }
  | {
      /** (1, 1, queries, d_k). */
      query: Tensor;
      /** (1, 1, keys, d_k). */
      key: Tensor;
    };

/** Rows and columns of a long head, in cells of rowBlock × columnBlock weights. */
export interface MapPart {
  row: number;
  rows: number;
  rowBlock: number;
  column: number;
  columns: number;
  columnBlock: number;
  /** The same cells without these rows. */
  before?: Cells;
}

/** What is known of the queries from `first` on. */
export interface KnownRows {
  first: number;
  logSumExp: Float32Array;
  entropy: Float32Array;
}

/** Cells of the part asked for, and what was learnt of its rows on the way. */
export interface MapCells extends Cells {
  rows: KnownRows;
}

/** What a worker can be asked that heed-core computes, and what it answers. */
export interface CoreTasks {
  /** One map of the source experiment; head −1 is the single head. */
  notebookMap: { request: { options: NotebookOptions; head: number }; result: HeadMap };
  /** Tokens, queries, keys and values of the source experiment. */
  notebookTensors: { request: Parameters<Heed["notebook"]>[0]; result: Notebook };
  maskedHead: { request: MaskedHeadRequest; result: MaskedHead };
  attention: { request: { inputs: AttentionInputs; options: AttentionOptions }; result: AttentionResult };
  /** How long one head takes on this machine. */
  timeAttention: { request: TimingRequest; result: number };
  /** Of a block of rows, and of all of them: described-map.ts. */
  blockRows: { request: GivenWeights; result: BlockRows };
  sumRows: { request: RowsToSum; result: MapDescription };
  entropyCurves: { request: EntropyCurvesRequest; result: Entropies };
  /** What goes wrong is told by the tasks that need the head. */
  openLongHead: { request: { session: number; source: LongHeadSource; options: AttentionOptions }; result: undefined };
  sizeOfLongHead: { request: { session: number }; result: { queries: number; keys: number } };
  mapLongHead: { request: { session: number; part: MapPart; known?: KnownRows }; result: MapCells };
  /** Of cells of any long head. */
  mapMargins: { request: KnownCells; result: MapMargins };
  closeLongHead: { request: { session: number }; result: undefined };
}

export interface Tasks extends CoreTasks, LabTasks {}

export type TaskName = keyof Tasks;

export type TaskMessage = RequestMessage<Tasks>;
export type Answer = AnswerMessage<Tasks>;

/** What does the tasks of one module. */
export type Performers<Module, Its extends Partial<Tasks>> = {
  [Name in keyof Its & TaskName]: (module: Module, request: Tasks[Name]["request"]) => Tasks[Name]["result"];
};

/** Does the task that a message names. */
export function performTask<Module>(
  performers: Performers<Module, Partial<Tasks>>,
  module: Module,
  { name, request }: TaskMessage,
): Tasks[TaskName]["result"] {
  const perform = performers[name] as (module: Module, request: unknown) => Tasks[TaskName]["result"];
  return perform(module, request);
}
