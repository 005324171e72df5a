import type { NotebookOptions, NotebookPart } from "./notebook-maps";

/** What the page asks of the worker. A request on a channel supersedes the one before it on the same channel. */
export type Request =
  | { type: "notebook"; id: number; channel: string; options: NotebookOptions }
  | { type: "cancel"; channel: string };

/** `load`: the core could not be loaded. `input`: it refused the request. `memory`: the request is too large. */
export type ErrorKind = "load" | "input" | "memory";

/** What the worker answers: parts as they are computed, then either `done` or `error`; nothing once superseded. */
export type Response =
  | { type: "part"; id: number; part: NotebookPart }
  | { type: "done"; id: number }
  | { type: "error"; id: number; kind: ErrorKind; message: string };
