import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { debianRelease, installPackages } from "./debian.mjs";
import { SetupError } from "./process.mjs";

/** The fonts that the browser tests are run with, whatever else is installed: their files and Debian's packages. */
const families = {
  dejavu: {
    name: "DejaVu",
    debian: "fonts-dejavu-core",
    files: [
      "DejaVuSans",
      "DejaVuSans-Bold",
      "DejaVuSerif",
      "DejaVuSerif-Bold",
      "DejaVuSansMono",
      "DejaVuSansMono-Bold",
    ],
  },
  liberation: {
    name: "Liberation",
    debian: "fonts-liberation",
    files: ["Sans-Regular", "Sans-Bold", "Serif-Regular", "Serif-Bold", "Mono-Regular", "Mono-Bold"].map(
      (face) => `Liberation${face}`,
    ),
  },
};

/** Browsers take their fonts from fontconfig, which alone can be told which there are. */
const usesFontconfig = process.platform !== "darwin" && process.platform !== "win32";
const folders = ["/usr/share/fonts", "/usr/local/share/fonts", join(homedir(), ".local/share/fonts")];

/** The font files of a family, or undefined where one is missing or browsers do not use fontconfig. */
export function fontFiles(family) {
  if (!usesFontconfig) return undefined;
  const paths = folders.flatMap(filesUnder);
  const files = families[family].files.map((face) => paths.find((path) => basename(path) === `${face}.ttf`));
  return files.includes(undefined) ? undefined : files;
}

/** Sees to it that the fonts of the tests are there, where browsers use fontconfig. */
export async function ensureFonts() {
  if (!usesFontconfig) return;
  const missing = Object.keys(families).filter((family) => fontFiles(family) === undefined);
  if (missing.length === 0) return;
  if (debianRelease !== undefined) return installPackages(missing.map((family) => families[family].debian));
  const names = missing.map((family) => families[family].name).join(" and ");
  throw new SetupError(`Missing fonts for the browser tests: install ${names} as TrueType files in ${folders[0]}.`);
}

function filesUnder(folder) {
  try {
    return readdirSync(folder, { recursive: true }).map((path) => join(folder, path));
  } catch {
    return [];
  }
}
