import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../cpp/toolchain/prepare.mjs";

/** An empty project into which the package, as it would be published, is installed by npm. */
export function makeConsumer() {
  const folder = mkdtempSync(join(tmpdir(), "heed-consumer-"));
  const npm = (...args) =>
    execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [packed] = JSON.parse(npm("pack", join(repository, "dist/package"), "--json"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  npm("install", "--offline", "--no-audit", "--no-fund", packed.filename);
  const files = packed.files.map(({ path }) => path).sort();
  return {
    folder,
    library: join(folder, "node_modules/heed"),
    files,
    write: (name, text) => writeFileSync(join(folder, name), text),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
