/** Which file of the front end imports which, and what its folders allow: HACKING.md says why. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** Each folder of web/src with those that it may import from; of those in `types`, types alone. */
const layers: Readonly<Record<string, { readonly imports: readonly string[]; readonly types?: readonly string[] }>> = {
  model: { imports: [] },
  formats: { imports: ["model"] },
  compute: { imports: ["model", "formats"] },
  models: { imports: ["model", "formats", "compute"] },
  charts: { imports: ["model", "controls"], types: ["compute"] },
  controls: { imports: ["model"] },
  figure: { imports: ["model", "formats", "compute", "charts", "controls"] },
  figures: { imports: ["model", "formats", "compute", "charts", "controls", "figure"] },
  explorer: { imports: ["model", "formats", "compute", "models", "charts", "controls", "figure", "figures"] },
  hosts: {
    imports: ["model", "formats", "compute", "models", "charts", "controls", "figure", "figures", "explorer"],
  },
};

const mostFiles = 20;

/** An arrow from one file to another, as paths from web/src. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

/** Every import between files below `folder`, but for what the build copies to compute/core. */
export function importsIn(folder: string): Import[] {
  return sourcesIn(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => importsOf(folder, file));
}

export const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.(ts|css)$/.test(file) && !file.startsWith("compute/core/"));

function importsOf(folder: string, file: string): Import[] {
  const text = readFileSync(join(folder, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typesOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith(".")) return;
    const path = relative(folder, join(folder, dirname(file), specifier.text)).replaceAll("\\", "/");
    const to = [path, `${path}.ts`, `${path}/index.ts`].find(
      (name) => name.endsWith(".ts") && existsSync(join(folder, name)),
    );
    if (to) found.push({ from: file, to, typesOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypesOnly(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    else if (ts.isNewExpression(node) && node.expression.getText() === "URL") add(node.arguments?.[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypesOnly({ importClause }: ts.ImportDeclaration): boolean {
  const { namedBindings } = importClause ?? {};
  const names = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return importClause?.isTypeOnly || (names.length > 0 && names.every(({ isTypeOnly }) => isTypeOnly));
}

/** The imports that the folders do not allow, one line each. */
export const refusedImports = (imports: readonly Import[]): string[] =>
  imports.filter((each) => !isAllowed(each)).map(({ from, to }) => `${from} imports ${to}`);

function isAllowed({ from, to, typesOnly }: Import): boolean {
  const [layer = "", name] = from.split("/");
  const [target = "", targetName] = to.split("/");
  const allowed = layers[layer];
  if (!allowed) throw new Error(`${from} lies in ${layer}; the folders are ${Object.keys(layers).join(", ")}`);
  if (layer !== target) return allowed.imports.includes(target) || (typesOnly && !!allowed.types?.includes(target));
  // A figure stands alone; the lists that the build writes, directly in figures/, name all of them.
  return layer !== "figures" || name === targetName || from.split("/").length === 2;
}

/** Each group of files that import one another in a circle. */
export function cycles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const reached = (start: string): Set<string> => {
    const seen = new Set<string>();
    const rest = [...(next.get(start) ?? [])];
    for (let file = rest.pop(); file !== undefined; file = rest.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      rest.push(...(next.get(file) ?? []));
    }
    return seen;
  };
  const reach = new Map([...next.keys()].map((file) => [file, reached(file)]));
  const groups = new Map<string, string[]>();
  for (const [file, seen] of reach) {
    if (!seen.has(file)) continue;
    const group = [...seen].filter((other) => reach.get(other)?.has(file)).sort();
    groups.set(group.join(), group);
  }
  return [...groups.values()];
}

/** Folders with more files than one looks through. */
export function crowdedFolders(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > mostFiles).map(([folder, count]) => `${folder} has ${count} files`);
}
