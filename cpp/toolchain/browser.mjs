import { existsSync } from "node:fs";
import { debianRelease, installPackages } from "./debian.mjs";
import { outputOf, SetupError, say, which } from "./process.mjs";

/** The browsers that the tests drive: the oldest version that is supported, what names one that is to be used, Debian's package, and where else one may be. */
export const browsers = {
  chromium: {
    variable: "CHROMIUM",
    name: "Chromium",
    oldest: 150,
    hint: "install Chrome or Chromium",
    debian: "chromium",
    programs: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    applications: ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"],
  },
  firefox: {
    variable: "FIREFOX",
    name: "Firefox",
    oldest: 140,
    hint: "install Firefox",
    debian: "firefox-esr",
    programs: ["firefox-esr", "firefox"],
    applications: ["Firefox.app/Contents/MacOS/firefox"],
  },
};

/** The one that its variable names, else one that is installed, else Debian's package. */
export async function findBrowser(kind) {
  const browser = await findProgram(kind);
  const { name, oldest } = browsers[kind];
  const version = Number(/(\d+)\./.exec(outputOf(browser, "--version") ?? "")?.[1]);
  if (version < oldest) say(`${browser} is ${name} ${version}; the oldest that is supported is ${oldest}.`);
  return browser;
}

async function findProgram(kind) {
  const { variable, name, hint, debian } = browsers[kind];
  const named = process.env[variable];
  if (named) {
    if (existsSync(named)) return named;
    throw new SetupError(`${variable} is set to ${named}, which does not exist`);
  }
  const installed = find(kind);
  if (installed) return installed;
  if (debianRelease === undefined)
    throw new SetupError(`No ${name} for the browser tests: ${hint}, or set ${variable} to its program.`);
  await installPackages([debian]);
  return find(kind);
}

function find(kind) {
  const { programs, applications } = browsers[kind];
  const macOS = applications.map((path) => `/Applications/${path}`);
  return [...programs.map((name) => which(name)), ...macOS].find((file) => file && existsSync(file));
}
