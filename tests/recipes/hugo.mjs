/** In the site that `hugo new site` makes, which has no theme: with a template for a single page, as Hugo's manual begins. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cpp/toolchain/process.mjs";

export const packages = { hugo: ["hugo"] };

const template = `<!doctype html><html lang="en"><head><title>{{ .Title }}</title></head><body>{{ .Content }}</body></html>\n`;
const post = `---\ntitle: Attention\n---\nText before.\n\n{{< heed heads="2" >}}\n\nText *after*.\n`;

export async function make(folder, { library, codeOf }) {
  const site = join(folder, "hugo");
  await run("hugo", ["new", "site", site]);
  cpSync(library, join(site, "static/embed"), { recursive: true });
  for (const place of ["layouts/_default", "layouts/shortcodes"]) mkdirSync(join(site, place), { recursive: true });
  writeFileSync(join(site, "layouts/_default/single.html"), template);
  writeFileSync(join(site, "layouts/shortcodes/heed.html"), codeOf("**Hugo**"));
  writeFileSync(join(site, "content/attention.md"), post);
  await run("hugo", ["--source", site, "--baseURL", "http://localhost/notes/"]);
  return { root: join(site, "public"), base: "/notes/", pages: ["attention/"] };
}
