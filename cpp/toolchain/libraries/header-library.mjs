import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../cache.mjs";
import { debianRelease, downloadPackages, unpackPackage } from "../debian.mjs";
import { say } from "../process.mjs";
import { atLeast } from "../version.mjs";

/**
 * The folder of a header library's CMake configuration: the machine's own if it is new enough, else that of Debian's package in the
 * cache. `configuration` is that folder below a prefix. Undefined where CMake is to fetch the library itself.
 */
export async function findHeaderLibrary({ title, oldest, cmakeName, configuration, debian }) {
  const own = ownFolder(cmakeName, configuration, oldest);
  if (own) return own;
  if (debianRelease === undefined) return undefined;
  const folder = await cached(`${title.toLowerCase()}-${oldest}`, async (part) => {
    say(`Fetching ${title} ${oldest} (${debian.size}) …`);
    const downloads = join(part, "downloads");
    mkdirSync(downloads);
    const [file] = await downloadPackages(debian.release, [debian.package], downloads);
    await unpackPackage(file, part);
    rmSync(downloads, { recursive: true });
  });
  return join(folder, "usr", configuration);
}

function ownFolder(cmakeName, configuration, oldest) {
  const prefixes = [
    ...(process.env.CMAKE_PREFIX_PATH ?? "").split(":").filter(Boolean),
    "/usr/local",
    "/opt/homebrew",
    "/usr",
  ];
  const folders = prefixes.map((prefix) => join(prefix, configuration));
  const named = process.env[`${cmakeName}_DIR`];
  if (named) folders.unshift(named);
  return folders.find((folder) => {
    const file = join(folder, `${cmakeName}ConfigVersion.cmake`);
    const version = existsSync(file) && /set\(PACKAGE_VERSION "([\d.]+)/.exec(readFileSync(file, "utf8"))?.[1];
    return version && atLeast(version, oldest);
  });
}
