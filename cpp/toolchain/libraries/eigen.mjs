import { findHeaderLibrary } from "./header-library.mjs";

export const findEigen = () =>
  findHeaderLibrary({
    title: "Eigen",
    /** The first whose vectorised code compiles for WebAssembly. */
    oldest: "5.0.1",
    cmakeName: "Eigen3",
    configuration: "share/eigen3/cmake",
    debian: { release: "forky", package: "libeigen3-dev", size: "1 MB" },
  });
