import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { main, repository } from "./prepare.mjs";
import { isMain, SetupError, say } from "./process.mjs";
import { ensurePrograms } from "./programs.mjs";

/** Doxygen's settings: the headers that are installed. */
const settings = {
  PROJECT_NAME: "Heed",
  INPUT: "cpp/heed",
  RECURSIVE: "YES",
  FILE_PATTERNS: "*.h",
  EXCLUDE_PATTERNS: "*/detail/* */kernels/* */families/*",
  STRIP_FROM_PATH: "cpp",
  JAVADOC_AUTOBRIEF: "YES",
  MACRO_EXPANSION: "YES",
  GENERATE_LATEX: "NO",
  HAVE_DOT: "NO",
  HTML_OUTPUT: ".",
  QUIET: "YES",
  WARN_IF_UNDOCUMENTED: "YES",
  WARN_IF_INCOMPLETE_DOC: "NO",
};

/**
 * Writes the reference of the C++ library, from its headers, into `folder`. Returns what is not documented, and references to what is
 * not there.
 */
export async function writeDocs(folder) {
  await ensurePrograms(["doxygen"]);
  const lines = Object.entries({ ...settings, OUTPUT_DIRECTORY: folder }).map(([name, value]) => `${name} = ${value}`);
  const { status, stderr } = spawnSync("doxygen", ["-"], {
    cwd: repository,
    input: lines.join("\n"),
    encoding: "utf8",
  });
  if (status !== 0) throw new SetupError(`doxygen failed:\n${stderr}`);
  return stderr.split("\n").filter((line) => line.includes("warning:"));
}

if (isMain(import.meta.url))
  await main(async () => {
    const folder = join(repository, "dist/docs/cpp");
    const undocumented = await writeDocs(folder);
    if (undocumented.length > 0) throw new SetupError(undocumented.join("\n"));
    say(`The C++ reference is in ${folder}.`);
  });
