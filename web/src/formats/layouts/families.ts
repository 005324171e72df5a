/** Groups tensors whose names differ by numbers alone: arr_0, arr_1, …, arr_11. */
import type { NamedTensor } from "../tensor";
import type { Family } from "./reading";

export function familiesOf(tensors: readonly NamedTensor[]): Family[] {
  const groups = new Map<string, NamedTensor[]>();
  for (const tensor of tensors) {
    const template = tensor.name.replace(/\d+/g, "#");
    const group = groups.get(template);
    if (group) group.push(tensor);
    else groups.set(template, [tensor]);
  }
  return [...groups.values()].map(familyOf);
}

/** A tensor by itself, whatever its neighbours are called. */
export const alone = (tensor: NamedTensor): Family => ({ id: tensor.name, tensors: [tensor], numbers: [[]] });

function familyOf(group: readonly NamedTensor[]): Family {
  const [first] = group;
  if (group.length === 1 && first) return alone(first);
  const numbers = group.map(({ name }) => (name.match(/\d+/g) ?? []).map(Number));
  const differ = (numbers[0] ?? []).map((value, i) => numbers.some((each) => each[i] !== value));
  let at = 0;
  const id = (first?.name ?? "").replace(/\d+/g, (digits) => (differ[at++] ? "#" : digits));
  const sorted = group
    .map((tensor, i) => ({ tensor, numbers: (numbers[i] ?? []).filter((_, place) => differ[place]) }))
    .sort((a, b) => compare(a.numbers, b.numbers));
  return { id, tensors: sorted.map(({ tensor }) => tensor), numbers: sorted.map((each) => each.numbers) };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, i) => value !== b[i]);
  return place < 0 ? 0 : (a[place] as number) - (b[place] as number);
}

/** "arr_0 … arr_11" */
export function nameOfFamily({ tensors }: Family): string {
  const [first, last] = [tensors[0]?.name ?? "", tensors.at(-1)?.name ?? ""];
  return tensors.length === 1 ? first : `${first} ${tensors.length === 2 ? "and" : "…"} ${last}`;
}

/** The shape that all tensors of a family have; undefined where they differ. */
export function commonShape({ tensors }: Family): readonly number[] | undefined {
  const [first] = tensors;
  const isSame = tensors.every(({ shape }) => shape.join() === first?.shape.join());
  return isSame ? first?.shape : undefined;
}
