/** Tables as pandas' to_json writes them: records (also one a line), columns, index, and table. Others are JSON of other kinds. */
import { type DataFile, FormatError } from "../tensor";
import { TableRows } from "./table-rows";

type Cell = number | string | boolean | null;
type Row = Readonly<Record<string, Cell>>;

const isCell = (value: unknown) => value === null || ["number", "string", "boolean"].includes(typeof value);

const isFlat = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isCell);

const hasNumbers = (row: Row | undefined) =>
  row !== undefined && Object.values(row).some((cell) => typeof cell === "number" || cell === null);

/** undefined where the value is no such table. */
export function readRecords(value: unknown, name: string): DataFile | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if ("schema" in value && "data" in value && Array.isArray(value.data)) {
    // Others' files may have something else under these names.
    const { primaryKey, fields } = (value.schema ?? {}) as { readonly primaryKey?: unknown; readonly fields?: unknown };
    const index: readonly string[] = Array.isArray(primaryKey) ? primaryKey : [];
    const names: readonly unknown[] = Array.isArray(fields) ? fields.map((field) => field?.name) : [];
    const twice = names.find((field, i) => names.indexOf(field) < i);
    if (twice !== undefined)
      throw new FormatError(
        `two of its columns are called “${twice}”, of which JSON keeps one: save the table with orient='split'`,
      );
    return value.data.every(isFlat) ? tableOf(value.data, name, index) : undefined;
  }
  if (Array.isArray(value)) return value.every(isFlat) && hasNumbers(value[0]) ? tableOf(value, name) : undefined;
  const rows = Object.values(value);
  const [first] = rows;
  if (rows.length < 2 || !rows.every(isFlat) || !hasNumbers(first) || "shape" in value) return undefined;
  const keys = Object.keys(first as Row);
  const areAlike = rows.every((row) => Object.keys(row).length === keys.length && keys.every((key) => key in row));
  return areAlike ? nestedTable(value as Record<string, Row>, name) : undefined;
}

function tableOf(rows: readonly Row[], name: string, primaryKey: readonly string[] = []): DataFile {
  const keys = Object.keys(rows[0] ?? {});
  checkOrder(keys);
  const index = primaryKey.filter((key) => keys.includes(key));
  const columns = [...index, ...keys.filter((key) => !index.includes(key))];
  // "index" is what pandas calls an index without a name.
  const header = columns.map((key) => (key === "index" && index.includes(key) ? "" : key));
  const table = new TableRows();
  table.setHeader(header, 1);
  for (const [i, row] of rows.entries()) {
    if (Object.keys(row).length !== keys.length || keys.some((key) => !(key in row)))
      throw new FormatError(
        `record ${i + 1} has the names ${quoted(Object.keys(row))}, but the first has ${quoted(keys)}`,
      );
    table.add(
      columns.map((key) => textOf(row[key])),
      i + 2,
    );
  }
  return table.finish(name);
}

/** An object of objects: columns of rows, as pandas writes them unless it is told otherwise, or rows of columns. */
function nestedTable(value: Readonly<Record<string, Row>>, name: string): DataFile {
  const outer = Object.keys(value);
  const inner = Object.keys(value[outer[0] ?? ""] ?? {});
  checkOrder(outer);
  checkOrder(inner);
  const at = (a: string, b: string) => value[a]?.[b] ?? null;
  const areOnes = (lines: readonly string[], others: readonly string[], cell: typeof at) =>
    lines.every((line) => Math.abs(others.reduce((sum, other) => sum + Number(cell(line, other)), 0) - 1) < 0.02);
  const isOfRows = areOnes(outer, inner, at) && !areOnes(inner, outer, (a, b) => at(b, a));
  const [rows, columns] = isOfRows ? [outer, inner] : [inner, outer];
  const table = new TableRows();
  table.setHeader(["", ...columns], 1);
  for (const [i, row] of rows.entries()) {
    const cells = columns.map((column) => textOf(isOfRows ? at(row, column) : at(column, row)));
    table.add([row, ...cells], i + 2);
  }
  const file = table.finish(name);
  return {
    ...file,
    notes: [`each inner object is read as a ${isOfRows ? "row (orient='index')" : "column (orient='columns')"}`],
  };
}

/** JSON's whole numbers come first, in their order, wherever they stood: tokens among which there are some have lost theirs. */
function checkOrder(names: readonly string[]): void {
  const whole = names.filter((key) => /^\d+$/.test(key));
  const isRange = whole.every((key, i) => Number(key) === Number(whole[0]) + i);
  const others = names.length - whole.length - Number(names.includes("index"));
  if (whole.length === 0 || (others === 0 && isRange)) return;
  throw new FormatError(
    `“${whole[0]}” is the name of a token, whose place objects of JSON lose: save the table with orient='split'`,
  );
}

const quoted = (names: readonly string[]) => names.slice(0, 4).join(", ").slice(0, 60);

const textOf = (cell: Cell | undefined): string => {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "boolean" ? String(Number(cell)) : String(cell);
};
