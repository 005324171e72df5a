import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../cpp/toolchain/prepare.mjs";

const source = join(repository, "web/src");

/**
 * Writes the lists of figures from the folders in web/src/figures: the tag and the element of each, and the WebAssembly
 * module that computes it. The scripts that hold everything in one file have only the figures of heed-core.
 */
export async function writeFigureLists() {
  const folders = readdirSync(join(source, "figures"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const figures = await Promise.all(folders.map(({ name }) => describe(name)));
  figures.sort((a, b) => a.order - b.order || (a.tag < b.tag ? -1 : 1));
  const ofCore = figures.filter(({ module }) => module === "heed-core");
  const ofLab = figures.filter(({ module }) => module === "heed-lab");
  write("figures/list.ts", list("figures", figures));
  write("figures/core-list.ts", list("coreFigures", ofCore));
  write("model/figure-tags.ts", tags("coreTags", ofCore) + tags("labTags", ofLab));
}

/** What index.ts of a figure's folder exports, evaluated. */
async function describe(folder) {
  const file = join(source, "figures", folder, "index.ts");
  const { default: ts } = await import("typescript");
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions });
  const {
    tag,
    module,
    element,
    order = Number.MAX_SAFE_INTEGER,
  } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  if (tag !== `heed-${folder}`) throw new Error(`${file}: tag is ${tag}, not heed-${folder}`);
  if (module !== "heed-core" && module !== "heed-lab")
    throw new Error(`${file}: module is ${module}, neither heed-core nor heed-lab`);
  if (typeof element !== "function") throw new Error(`${file}: element is not a function that imports the element`);
  return { folder, tag, module, order };
}

const notice = "// Written by web/build/figures.mjs.\n";

const list = (name, figures) => `${notice}
${figures.map(({ folder }) => `import { element as ${variable(folder)} } from "./${folder}";\n`).join("")}
export const ${name}: Readonly<Record<string, () => Promise<CustomElementConstructor>>> = {
${figures.map(({ folder, tag }) => `  "${tag}": ${variable(folder)},\n`).join("")}};
`;

const tags = (name, figures) =>
  `${notice}export const ${name}: readonly string[] = ${JSON.stringify(figures.map(({ tag }) => tag))};\n`;

const variable = (folder) => folder.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());

/** Leaves a file as it is where nothing changes, so that a server that watches it does not reload. */
function write(path, text) {
  const file = join(source, path);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
