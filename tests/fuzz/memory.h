#pragma once

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

/// What the targets of libFuzzer share: ending with a word, and measuring memory.
namespace heed::fuzz {

inline bool measuring = false;
inline std::size_t held = 0;
inline std::size_t most = 0;

inline void on_malloc(const volatile void*, std::size_t size) {
  if (!measuring) return;
  held += size;
  most = std::max(most, held);
}

inline void on_free(const volatile void* pointer) {
  if (measuring && pointer != nullptr) held -= __sanitizer_get_allocated_size(pointer);
}

/// To be called first.
inline void measure_memory() { __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free); }

[[noreturn]] inline void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

/// The most bytes that `work`, which may throw std::invalid_argument, allocated at once.
template <typename Work>
std::size_t most_memory_of(Work work) {
  held = most = 0;
  measuring = true;
  try {
    work();
  } catch (const std::invalid_argument&) {
  }
  measuring = false;
  return most;
}

}  // namespace heed::fuzz
