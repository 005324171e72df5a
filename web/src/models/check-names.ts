/** Throws where an object has a property of another name, as a misspelt option would be left out without a word. */
export function checkNames(given: object | null | undefined, what: string, names: readonly string[]): void {
  if (given === null || given === undefined) return;
  if (typeof given !== "object") throw new Error(`${what} is ${given}; it must be an object`);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`${what} has no "${unknown}"; there are ${names.join(", ")}`);
}
