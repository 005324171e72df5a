/** How the tensors of a file are read: which is what, and what each axis is. Plain data, as it is guessed or as the reader sets it. */
import type { DataFile, NamedTensor } from "../tensor";

export const axisNames = ["batch", "layer", "head", "query", "key", "component"] as const;
export type Axis = (typeof axisNames)[number];

export const roles = ["weights", "scores", "query", "key", "value", "bias", "mask"] as const;
export type Role = (typeof roles)[number];

/** Tensors that differ by a number in their names, or one tensor alone. */
export interface Family {
  /** The name, with # for the number: "arr_#". Of a tensor alone its name. */
  readonly id: string;
  /** In numeric order. */
  readonly tensors: readonly NamedTensor[];
  /** The numbers in each name that differ, in order. */
  readonly numbers: readonly (readonly number[])[];
}

/** A family, and what its axes are. */
export interface Part {
  readonly family: Family;
  /** What tells the tensors of the family apart; "step" those that `generate` returns, one for each new token. */
  readonly listed: "layer" | "head" | "step";
  /** Of each tensor. */
  readonly axes: readonly Axis[];
}

/** Maps that belong together: all attention of a decoder, say. */
export interface AttentionSet {
  /** "" where there is only one. */
  readonly name: string;
  readonly parts: Readonly<Partial<Record<Role, Part>>>;
  /** Labels of the file that name the tokens of each axis, the likeliest first. */
  readonly queryTokens: readonly string[];
  readonly keyTokens: readonly string[];
  /** Weights of a band of keys around each query: key = query − before + column, after `global` columns of their own. */
  readonly band?: { readonly before: number; readonly global: number };
  /** A column that is no token, which takes weight that no token gets. */
  readonly sink?: "last";
}

export interface Reading {
  /** The layout's name in the table. */
  readonly layout: string;
  readonly sets: readonly AttentionSet[];
  /** Clauses for the reader: what was guessed, and what could be otherwise. */
  readonly notes: readonly string[];
}

/** What layouts look at. */
export interface Context {
  readonly file: DataFile;
  readonly families: readonly Family[];
  /** How many tokens the file names, where it does. */
  readonly tokens: number | undefined;
}

export const defaultTokens = {
  queryTokens: ["queryTokens", "query_tokens", "left_text", "target_tokens", "tokens"],
  keyTokens: ["keyTokens", "key_tokens", "right_text", "source_tokens", "tokens"],
} as const;
