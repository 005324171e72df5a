/**
 * Arrays as Python prints them: [[0.1 0.9] [0.5 0.5]], array([…], dtype=float32), tensor([…], device='cuda:0', grad_fn=<…>), and lists and
 * tuples of such calls, each a layer.
 */
import { type DataFile, elementCount, FormatError, type NamedTensor } from "../tensor";
import { readNumber } from "./text-number";

/** What may stand before an array: a name that it is given, brackets of a list or tuple, a call, TensorFlow's type and shape. */
const call =
  /^(?:[\w.]+ containing:\s*)?(?:[\w.[\]'"]+\s*=\s*)?(?:<tf\.Tensor:[^>[]*numpy=\s*)?[[(]?\s*[\w.]*\(\s*(?=\[)/;
const calls = /\b(?:array|tensor|Array|Tensor)\(\s*(?=\[)/g;

/** Whether a text is an array as it is printed, and no JSON: a call around it, spaces between its numbers, or a comma at its end. */
export function isPrinted(text: string): boolean {
  const head = text.slice(0, 10_000);
  if (call.test(text.trimStart().slice(0, 200))) return true;
  if (!/^\s*\[/.test(head) || /["{]/.test(head)) return false;
  return (
    /[\d.\]][ \t\r\n]+[-+\d.[]/.test(head) || /,\s*\]/.test(head) || /\.\.\./.test(head) || /\d\.[\s,\]]/.test(head)
  );
}

export function readPrinted(printed: string, name: string): DataFile {
  const starts = [...printed.matchAll(calls)].map(({ index }) => index);
  // What closes a list or tuple of calls belongs to no array.
  const text = starts.length > 0 ? printed.replace(/\)[\s\]),>]{0,100}$/, "") : printed;
  if (starts.length < 2) return { tensors: [readArray(text.slice(starts[0] ?? 0), name)], labels: {} };
  const tensors = starts.map((start, i) => readArray(text.slice(start, starts[i + 1]), `${name}.${i}`));
  return { tensors, labels: {} };
}

function readArray(text: string, name: string): NamedTensor {
  const start = text.indexOf("[");
  const end = text.lastIndexOf("]");
  // grad_fn and device follow the numbers, without brackets; of several arrays only one can be read.
  const inner = text.slice(start, end + 1);
  const cut = /\.\.\.|…/.exec(inner)?.[0];
  if (cut)
    throw new FormatError(
      `${name} is a printed array that leaves numbers out (${cut}): save it with numpy.save, or print all of it (threshold=sys.maxsize)`,
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
  return { name, shape, data: Float32Array.from(numbers), dtype: "text" };
}
