import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { outputOf, run, SetupError, say, which } from "./process.mjs";

/** Debian's release number (12, 13, …), or undefined elsewhere (Ubuntu's archive has other versions of things). */
export const debianRelease = (() => {
  if (!existsSync("/etc/os-release") || !which("apt-get")) return undefined;
  const release = readFileSync("/etc/os-release", "utf8");
  if (!/^ID=debian$/m.test(release)) return undefined;
  return Number(/^VERSION_ID="?(\d+)/m.exec(release)?.[1] ?? Number.POSITIVE_INFINITY);
})();

/** Undefined until the package lists are refreshed; then with the error, where that failed. */
let refresh;

/**
 * Installs packages of the machine's own release, the newest that its archive has: a package list that is some months old
 * names versions that the archive no longer holds, or browsers that are long out of date.
 */
export async function installPackages(packages) {
  // Another installation may be under way.
  const apt = ["apt-get", "-o", "DPkg::Lock::Timeout=600"];
  const install = [...apt, "install", "-y", "--no-install-recommends", ...packages];
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (sudo.length > 0 && outputOf("sudo", "-n", "true") === undefined) {
    const command = ["apt-get", "install", "-y", "--no-install-recommends", ...packages].join(" ");
    throw new SetupError(`Missing Debian packages. Install them with:\n  sudo apt-get update && sudo ${command}`);
  }
  const asRoot = (command) => {
    const [program, ...args] = [...sudo, ...command];
    return run(program, args, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  };
  say(`Installing ${packages.join(" ")} …`);
  // One unreachable source among several must not stop the installation; where that fails too, the source may be why.
  refresh ??= await asRoot([...apt, "update"]).then(
    () => ({}),
    (error) => ({ error }),
  );
  try {
    await asRoot(install);
  } catch (error) {
    if (!refresh.error) throw error;
    throw new SetupError(
      `${error.message}\nBefore, the package lists could not be refreshed:\n${refresh.error.message}`,
    );
  }
}

/**
 * Downloads packages of another Debian release than the machine's into `folder`, from the machine's own archive, with an apt state of
 * their own: the system's lists and packages are not touched. Returns the files' paths. `sources: true` fetches source packages.
 */
export async function downloadPackages(suite, packages, folder, { sources = false } = {}) {
  const state = join(folder, ".apt");
  for (const part of ["state/lists/partial", "cache/archives/partial"])
    mkdirSync(join(state, part), { recursive: true });
  const list = join(state, "sources.list");
  writeFileSync(list, `${sources ? "deb-src" : "deb"} ${signedBy()}${archiveAddress()} ${suite} main\n`);
  const options = Object.entries({
    "Dir::State": join(state, "state"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": join(state, "cache"),
    "Dir::Etc::sourcelist": list,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  await run("apt-get", [...options, "update"], { cwd: folder });
  await run("apt-get", [...options, ...(sources ? ["source", "--download-only"] : ["download"]), ...packages], {
    cwd: folder,
  });
  rmSync(state, { recursive: true });
  return readdirSync(folder).map((file) => join(folder, file));
}

/** Unpacks a .deb without installing it. */
export async function unpackPackage(file, folder, { exclude = [] } = {}) {
  mkdirSync(folder, { recursive: true });
  const skip = exclude.map((pattern) => `--exclude=${pattern}`);
  const pipeline = 'deb="$1"; shift; dpkg-deb --fsys-tarfile "$deb" | tar -x "$@"';
  await run("bash", ["-c", `set -o pipefail; ${pipeline}`, "unpack", file, "-C", folder, ...skip]);
}

function archiveAddress() {
  const targets = outputOf("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages") ?? "";
  const address = /^Debian (\S+)$/m.exec(targets)?.[1];
  if (!address)
    throw new SetupError(
      "apt knows of no Debian archive. Run `apt-get update` as root; see /etc/apt/sources.list and sources.list.d.",
    );
  return address;
}

function signedBy() {
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  return existsSync(keys) ? `[signed-by=${keys}] ` : "";
}
