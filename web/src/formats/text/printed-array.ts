/** Arrays as Python prints them: [[0.1 0.9] [0.5 0.5]], array([…], dtype=float32), tensor([…], device='cuda:0', grad_fn=<…>). */
import { type DataFile, elementCount, FormatError } from "../tensor";
import { readNumber } from "./text-number";

const call = /^\s*(?:[\w.]+ containing:\s*)?[\w.]*\(\s*(?=\[)/;

/** Whether a text is an array as it is printed, and no JSON: a call around it, spaces between its numbers, or a comma at its end. */
export function isPrinted(text: string): boolean {
  const head = text.slice(0, 10_000);
  if (call.test(head)) return true;
  if (!/^\s*\[/.test(head) || /["{]/.test(head)) return false;
  return (
    /[\d.\]][ \t\r\n]+[-+\d.[]/.test(head) || /,\s*\]/.test(head) || /\.\.\./.test(head) || /\d\.[\s,\]]/.test(head)
  );
}

export function readPrinted(text: string, name: string): DataFile {
  const start = text.indexOf("[");
  const end = text.lastIndexOf("]");
  // grad_fn and device follow the numbers, without brackets; of several arrays only one can be read.
  const inner = text.slice(start, end + 1);
  if (inner.includes("..."))
    throw new FormatError(
      `${name} is a printed array that leaves numbers out (...): save it with numpy.save, or print all of it (threshold=sys.maxsize)`,
    );
  const shape: number[] = [];
  const counts: number[] = [];
  const numbers: number[] = [];
  let depth = 0;
  let axes = 0;
  for (const [token] of inner.matchAll(/[[\]]|[^\s,[\]]+/g)) {
    if (token === "[") {
      if (depth === 0 && numbers.length > 0) throw new FormatError(`${name} holds more than one printed array`);
      if (depth > 0) counts[depth - 1] = (counts[depth - 1] as number) + 1;
      counts[depth++] = 0;
    } else if (token === "]") {
      if (depth === 0) throw new FormatError(`${name} has a ] without its [`);
      const count = counts[--depth] as number;
      shape[depth] ??= count;
      if (shape[depth] !== count)
        throw new FormatError(`${name} has a row of ${count} entries, but those before it have ${shape[depth]}`);
    } else {
      const number = readNumber(token);
      axes ||= depth;
      if (axes !== depth) throw new FormatError(`${name}: ${token.slice(0, 40)} stands where a row is needed`);
      if (number === undefined) throw new FormatError(`${name}: “${token.slice(0, 40)}” is not a number`);
      counts[depth - 1] = (counts[depth - 1] as number) + 1;
      numbers.push(number);
    }
  }
  if (depth > 0) throw new FormatError(`${name} ends within ${depth} open brackets`);
  if (elementCount(name, shape) !== numbers.length)
    throw new FormatError(`${name} holds ${numbers.length} numbers, which do not make (${shape.join(", ")})`);
  return { tensors: [{ name, shape, data: Float32Array.from(numbers), dtype: "text" }], labels: {} };
}
