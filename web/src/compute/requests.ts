/**
 * Requests to a worker and its answers. A table of tasks names them and gives the types of each: an interface whose members are
 * `{ request, result }`. All workers of the page speak this: the pool's, those that train, and those that read files.
 */

export type RequestOf<Tasks, Name extends keyof Tasks> = Tasks[Name] extends { request: infer Request }
  ? Request
  : never;
export type ResultOf<Tasks, Name extends keyof Tasks> = Tasks[Name] extends { result: infer Result } ? Result : never;

/** A task as it is posted to a worker. */
export type RequestMessage<Tasks> = {
  [Name in keyof Tasks]: { id: number; name: Name; request: RequestOf<Tasks, Name> };
}[keyof Tasks];

/** `load`: the core could not be loaded. `input`: it refused the request. `memory`: the request is too large. */
export type ErrorKind = "load" | "input" | "memory";

/** What a worker answers, once per task. */
export type AnswerMessage<Tasks> =
  | { id: number; result: ResultOf<Tasks, keyof Tasks> }
  | { id: number; error: { kind: ErrorKind; message: string } };
