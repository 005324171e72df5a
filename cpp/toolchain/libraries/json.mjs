import { findHeaderLibrary } from "./header-library.mjs";

/** nlohmann/json, which reads configurations and headers of checkpoints. */
export const findJson = () =>
  findHeaderLibrary({
    title: "nlohmann-json",
    oldest: "3.11.3",
    cmakeName: "nlohmann_json",
    configuration: "share/cmake/nlohmann_json",
    debian: { release: "trixie", package: "nlohmann-json3-dev", size: "0.3 MB" },
  });
