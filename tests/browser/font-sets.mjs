/**
 * The fonts that a browser under test has: those of one set and no others, whatever is installed, so that a page is laid out
 * and drawn alike on every machine. A private fontconfig file names them (FONTCONFIG_FILE).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fontFiles } from "../../cpp/toolchain/fonts.mjs";
import { wideLetters } from "./wide-letters.mjs";

const folder = join(import.meta.dirname, "../../build/test-fonts");

const sets = {
  dejavu: { family: "dejavu", faces: ["DejaVu Serif", "DejaVu Sans", "DejaVu Sans Mono"], factor: 1 },
  liberation: { family: "liberation", faces: ["Liberation Serif", "Liberation Sans", "Liberation Mono"], factor: 1 },
  /** DejaVu is the wider of the two families. */
  wide: { family: "dejavu", faces: ["DejaVu Serif", "DejaVu Sans", "DejaVu Sans Mono"], factor: 1.2 },
};

/** The tag of tests that are run with every set. */
export const layout = "@layout";

/** Whether this machine has the fonts, and browsers that can be given them. */
export const hasFontSets = fontFiles("dejavu") !== undefined && fontFiles("liberation") !== undefined;

const configuration = (name) => join(folder, name, "fonts.conf");

/** The environment of a browser that has the fonts of the set only. */
export const withFonts = (name) => ({
  ...process.env,
  ...(hasFontSets ? { FONTCONFIG_FILE: configuration(name) } : {}),
});

/** Copies the fonts of every set into folders of their own. */
export function makeFontSets() {
  for (const name of Object.keys(sets)) {
    const { family, faces, factor } = sets[name];
    const fonts = join(folder, name, "fonts");
    rmSync(fonts, { recursive: true, force: true });
    mkdirSync(fonts, { recursive: true });
    for (const file of fontFiles(family) ?? []) {
      const font = readFileSync(file);
      writeFileSync(join(fonts, basename(file)), factor === 1 ? font : wideLetters(font, factor));
    }
    writeFileSync(configuration(name), fontconfig(fonts, faces));
  }
}

/** Unhinted, in grey: what hinting and the order of a screen's colours do differs between machines. */
const fontconfig = (fonts, [serif, sans, mono]) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <cachedir>${join(fonts, "../cache")}</cachedir>
  ${alias("serif", serif)}
  ${alias("sans-serif", sans)}
  ${alias("system-ui", sans)}
  ${alias("monospace", mono)}
  <match target="pattern">
    <edit name="family" mode="append_last"><string>${sans}</string></edit>
  </match>
  <match target="font">
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit>
  </match>
</fontconfig>
`;

const alias = (generic, family) =>
  `<alias binding="same"><family>${generic}</family><prefer><family>${family}</family></prefer></alias>`;
