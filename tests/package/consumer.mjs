import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../cpp/toolchain/prepare.mjs";

/** An empty project with the package, as it would be published, where a project that depends on it has it. */
export function makeConsumer() {
  const folder = mkdtempSync(join(tmpdir(), "heed-consumer-"));
  const pack = ["pack", join(repository, "dist/package"), "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(execFileSync("npm", pack, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const library = join(folder, "node_modules/heed");
  mkdirSync(library, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, packed.filename), "-C", library, "--strip-components=1"]);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ type: "module", dependencies: { heed: packed.version } }),
  );
  const files = packed.files.map(({ path }) => path).sort();
  return { folder, library, files, remove: () => rmSync(folder, { recursive: true }) };
}
