import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cache.mjs";
import { debianRelease, downloadPackages, unpackPackage } from "./debian.mjs";
import { say } from "./process.mjs";
import { atLeast } from "./version.mjs";

/** The first whose vectorised code compiles for WebAssembly. */
const oldest = "5.0.1";

/** The folder of Eigen's CMake configuration; undefined where CMake is to fetch Eigen itself. */
export async function findEigen() {
  const own = ownEigen();
  if (own) return own;
  if (debianRelease === undefined) return undefined;
  const folder = await cached(`eigen-${oldest}`, async (part) => {
    say(`Fetching Eigen ${oldest} (1 MB) …`);
    const downloads = join(part, "downloads");
    mkdirSync(downloads);
    const [file] = await downloadPackages("forky", ["libeigen3-dev"], downloads);
    await unpackPackage(file, part);
    rmSync(downloads, { recursive: true });
  });
  return join(folder, "usr/share/eigen3/cmake");
}

function ownEigen() {
  const prefixes = [
    ...(process.env.CMAKE_PREFIX_PATH ?? "").split(":").filter(Boolean),
    "/usr/local",
    "/opt/homebrew",
    "/usr",
  ];
  const folders = prefixes.map((prefix) => join(prefix, "share/eigen3/cmake"));
  if (process.env.Eigen3_DIR) folders.unshift(process.env.Eigen3_DIR);
  return folders.find((folder) => {
    const file = join(folder, "Eigen3ConfigVersion.cmake");
    const version = existsSync(file) && /set\(PACKAGE_VERSION "([\d.]+)/.exec(readFileSync(file, "utf8"))?.[1];
    return version && atLeast(version, oldest);
  });
}
