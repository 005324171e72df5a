import { debianRelease, installPackages } from "./debian.mjs";
import { SetupError, which } from "./process.mjs";

/** Program → Debian package, and what to do elsewhere. */
const known = {
  cmake: { debian: "cmake", elsewhere: "brew install cmake, or https://cmake.org/download" },
  ninja: { debian: "ninja-build", elsewhere: "brew install ninja, or https://ninja-build.org" },
  "c++": { debian: "g++", elsewhere: "xcode-select --install, or your system's g++ ≥ 12 or clang ≥ 16" },
  make: { debian: "make", elsewhere: "xcode-select --install, or your system's make" },
  python3: { debian: "python3", elsewhere: "brew install python3, or https://python.org" },
  "pkg-config": { debian: "pkg-config", elsewhere: "brew install pkgconf, or your system's pkg-config" },
  doxygen: { debian: "doxygen", elsewhere: "brew install doxygen, or https://doxygen.nl" },
  patchelf: { debian: "patchelf" },
  "clang-19": { debian: "clang-19" },
  "wasm-ld-19": { debian: "lld-19" },
  "llvm-ar-19": { debian: "llvm-19" },
  "clang-format-19": {
    debian: "clang-format-19",
    elsewhere: "pip install clang-format==19.1.7, or brew install llvm@19 and link its clang-format as clang-format-19",
  },
};

/** Sees to it that all of these programs can be called, installing what Debian has; throws naming what is missing elsewhere. */
export async function ensurePrograms(names) {
  const missing = names.filter((name) => !which(name));
  if (missing.length === 0) return;
  if (debianRelease !== undefined) return installPackages(missing.map((name) => known[name].debian));
  const lines = missing.map(
    (name) => `  ${name}: ${known[name].elsewhere ?? "install it with your system's package manager"}`,
  );
  throw new SetupError(`Missing:\n${lines.join("\n")}`);
}
