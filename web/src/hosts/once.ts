/**
 * Whether the page gets here for the first time: what is pasted with every figure stands on a page several times, from several
 * folders even, and does its work once.
 */
export function isFirst(name: string): boolean {
  const key = Symbol.for(`heed: ${name}`);
  if (Reflect.has(globalThis, key)) return false;
  Reflect.set(globalThis, key, true);
  return true;
}
