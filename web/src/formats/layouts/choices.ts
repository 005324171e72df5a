/** What the reader says of a file, in place of what was guessed. */
import { type DataFile, FormatError } from "../tensor";
import { alone, familiesOf } from "./families";
import { partsOf } from "./parts";
import { type AttentionSet, type Axis, type Family, type Part, type Reading, type Role, roles } from "./reading";
import { contextOf, readLayout } from "./table";

/** The families or tensors in each role, by their ids. */
export type Assignment = Readonly<Partial<Record<Role, string>>>;

export interface Choices {
  /** null: as guessed. */
  readonly roles: Assignment | null;
  /** Of the maps, or of Q (K and V alike); null: as guessed. */
  readonly axes: readonly Axis[] | null;
  /** The set's name; of what is not there the first is shown. */
  readonly set: string;
}

/** What can be chosen for a role: families of several tensors, and each tensor. */
export function optionsOf(file: DataFile): Family[] {
  const families = familiesOf(file.tensors);
  const several = families.filter(({ tensors }) => tensors.length > 1);
  return [...several, ...file.tensors.map(alone)];
}

/** The reading with what the reader chose. Throws FormatError where a file holds no attention, and nobody said which tensor is. */
export function readWith(file: DataFile, choices: Choices): { reading: Reading; set: AttentionSet } {
  const chosen = chosenFamilies(file, choices.roles);
  const reading = chosen ? readAs(file, chosen) : readLayout(file);
  const set = reading.sets.find(({ name }) => name === choices.set) ?? reading.sets[0];
  if (!set) throw new FormatError("neither weights nor both Q and K are chosen");
  return { reading, set: choices.axes ? withAxes(set, choices.axes) : set };
}

/** Roles that were given to tensors of another file count no more. */
function chosenFamilies(file: DataFile, assignment: Assignment | null) {
  const given = roles.flatMap((role) => (assignment?.[role] ? [[role, assignment[role]] as const] : []));
  if (given.length === 0) return assignment ? {} : undefined;
  const options = optionsOf(file);
  const found = given.map(([role, id]) => [role, options.find((option) => option.id === id)] as const);
  return found.every(([, family]) => family) ? (Object.fromEntries(found) as Partial<Record<Role, Family>>) : undefined;
}

function readAs(file: DataFile, chosen: Partial<Record<Role, Family>>): Reading {
  if (!chosen.weights && !chosen.scores && !(chosen.query && chosen.key))
    throw new FormatError("neither weights nor both Q and K are chosen");
  const { tokens } = contextOf(file);
  const guessed = guess(file);
  // A set that was guessed of the same tensors knows more of them: its tokens, a band.
  const same = guessed?.sets.find((set) => roles.every((role) => set.parts[role]?.family.id === chosen[role]?.id));
  if (guessed && same) return { ...guessed, sets: [same, ...guessed.sets.filter((set) => set !== same)] };
  const { queryTokens, keyTokens } = guessed?.sets[0] ?? {
    queryTokens: ["queryTokens", "tokens"],
    keyTokens: ["keyTokens", "tokens"],
  };
  return {
    layout: "as chosen",
    notes: [],
    sets: [{ name: "", parts: partsOf(chosen, tokens), queryTokens, keyTokens }],
  };
}

function guess(file: DataFile): Reading | undefined {
  try {
    return readLayout(file);
  } catch {
    return undefined;
  }
}

/** The part that axes are chosen of. */
export const mainPart = ({ parts }: AttentionSet): readonly [Role, Part] | undefined => {
  const role = (["weights", "scores", "query"] as const).find((each) => parts[each]);
  const part = role && parts[role];
  return part ? [role, part] : undefined;
};

function withAxes(set: AttentionSet, axes: readonly Axis[]): AttentionSet {
  const [role, part] = mainPart(set) ?? [];
  if (!role || !part || axes.length !== part.axes.length) return set;
  const asKey = axes.map((axis) => (axis === "query" ? "key" : axis));
  const changed = (name: Role, its: readonly Axis[]) => {
    const old = set.parts[name];
    return old && old.axes.length === its.length ? { [name]: { ...old, axes: its } } : {};
  };
  const parts =
    role === "query"
      ? { ...set.parts, ...changed("query", axes), ...changed("key", asKey), ...changed("value", asKey) }
      : { ...set.parts, ...changed(role, axes) };
  const { band: _, sink: __, ...rest } = set;
  return { ...rest, parts };
}
