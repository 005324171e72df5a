import { existsSync } from "node:fs";
import { debianRelease, installPackages } from "./debian.mjs";
import { SetupError, which } from "./process.mjs";

/** The Chromium that the browser tests drive: $CHROMIUM, else one that is installed, else Debian's package. */
export async function findBrowser() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new SetupError(`CHROMIUM is set to ${named}, which does not exist`);
  }
  const installed = find();
  if (installed) return installed;
  if (debianRelease === undefined)
    throw new SetupError(
      "No Chromium for the browser tests: install Chrome or Chromium, or set CHROMIUM to its program.",
    );
  await installPackages(["chromium"]);
  return find();
}

function find() {
  const macOS = ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].map((name) => which(name));
  return [...programs, ...macOS].find((file) => file && existsSync(file));
}
