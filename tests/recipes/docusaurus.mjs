/** In the site that `create-docusaurus` makes: the script and the element in an .mdx page, and the package in a component. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cpp/toolchain/process.mjs";

export const packages = {};

const component = `import { useEffect } from "react";

export default function Attention() {
  useEffect(() => void import("heed/figures"), []);
  return <heed-notebook heads="2" />;
}
`;

export async function make(folder, { library, packed, codeIn }) {
  const site = join(folder, "docusaurus");
  await run("npx", ["--yes", "create-docusaurus@3", site, "classic", "--javascript", "--skip-install"]);
  await run("npm", ["install", "--no-audit", "--no-fund", packed], { cwd: site });
  cpSync(library, join(site, "static/embed"), { recursive: true });
  const config = join(site, "docusaurus.config.js");
  const scripts = codeIn("**Docusaurus**", "scripts:");
  writeFileSync(config, readFileSync(config, "utf8").replace(/^const config = \{$/m, `$&\n  ${scripts},`));
  writeFileSync(join(site, "docs/attention.mdx"), 'Text before.\n\n<heed-notebook heads="2" />\n\nText *after*.\n');
  writeFileSync(join(site, "src/components/Attention.jsx"), component);
  const page = 'import Attention from "@site/src/components/Attention";\n\nText before.\n\n<Attention />\n';
  writeFileSync(join(site, "src/pages/component.mdx"), page);
  await run("npm", ["run", "build"], { cwd: site });
  return { root: join(site, "build"), base: "/", pages: ["docs/attention/", "component/"] };
}
