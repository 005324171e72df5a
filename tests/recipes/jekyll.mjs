/** In the site that `jekyll new` makes, with its theme. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cpp/toolchain/process.mjs";

export const packages = { jekyll: ["jekyll", "jekyll-theme-minima", "ruby-jekyll-feed"] };

const post = (script) => `---
layout: page
title: Attention
permalink: /attention/
---
Text before.

${script}

<heed-notebook heads="2"></heed-notebook>

Text *after*.
`;

export async function make(folder, { library, codeIn }) {
  const site = join(folder, "jekyll");
  await run("jekyll", ["new", "--skip-bundle", site]);
  cpSync(library, join(site, "embed"), { recursive: true });
  writeFileSync(join(site, "attention.markdown"), post(codeIn("**Jekyll**", "<script")));
  const config = join(site, "_config.yml");
  writeFileSync(config, readFileSync(config, "utf8").replace(/^baseurl:.*$/m, 'baseurl: "/notes"'));
  // Debian's Jekyll keeps to the gems of the machine.
  const env = { ...process.env, JEKYLL_NO_BUNDLER_REQUIRE: "true" };
  await run("jekyll", ["build"], { cwd: site, env });
  return { root: join(site, "_site"), base: "/notes/", pages: ["attention/"] };
}
