#pragma once

/// The version of the library, as in CMakeLists.txt: MAJOR.MINOR.PATCH (https://semver.org).
#define HEED_VERSION_MAJOR 0
#define HEED_VERSION_MINOR 1
#define HEED_VERSION_PATCH 0

/// One number to compare with: `#if HEED_VERSION >= 200` asks for 0.2.0 or newer. 10,000 · major + 100 · minor + patch.
#define HEED_VERSION (10000 * HEED_VERSION_MAJOR + 100 * HEED_VERSION_MINOR + HEED_VERSION_PATCH)

#if !defined(__cpp_concepts) || (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "Heed needs a compiler with C++20 (GCC 12, Clang 16 or newer) and its option -std=c++20."
#endif
