/** What a value of a file is, or an Error that names it. @module */

export type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function fieldsOf(value: unknown, name: string): Fields {
  if (!isFields(value)) throw new Error(`${name} is ${nameOf(value)}, not an object`);
  return value;
}

/** `most` bounds what a hostile file may cost. */
export function listOf(value: unknown, name: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} is ${nameOf(value)}, not a list`);
  if (value.length > most) throw new Error(`${name} has ${value.length} entries; at most ${most} are read`);
  return value;
}

/** How many steps of one kind a tokenizer may have, and how deep sequences of them may lie in one another. */
const mostSteps = 50;
const deepest = 8;

/** The steps of a sequence, those of sequences in it in their place; `key` holds them. What is no sequence is one step. */
export function stepsOf(value: unknown, key: string, name: string, depth = 0): [step: Fields, name: string][] {
  const step = fieldsOf(value, name);
  if (textOf(step.type, `${name}.type`) !== "Sequence") return [[step, name]];
  if (depth >= deepest) throw new Error(`${name} is a sequence in ${deepest} others`);
  const steps = listOf(step[key], `${name}.${key}`, mostSteps).flatMap((each, i) =>
    stepsOf(each, key, `${name}.${key}[${i}]`, depth + 1),
  );
  if (steps.length > mostSteps) throw new Error(`${name} has ${steps.length} steps; at most ${mostSteps} are read`);
  return steps;
}

export function textOf(value: unknown, name: string): string {
  if (typeof value !== "string") throw new Error(`${name} is ${nameOf(value)}, not a text`);
  return value;
}

export function idOf(value: unknown, name: string): number {
  if (!(Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 24))
    throw new Error(`${name} is ${nameOf(value)}, not the id of a token`);
  return value as number;
}

const nameOf = (value: unknown) =>
  value === undefined ? "missing" : (JSON.stringify(value)?.slice(0, 60) ?? typeof value);
