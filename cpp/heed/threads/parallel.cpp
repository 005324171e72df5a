#include "heed/threads/parallel.h"

#include <algorithm>

#ifndef __EMSCRIPTEN__
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#endif

namespace heed {

#ifdef __EMSCRIPTEN__

Index processors() { return 1; }

void parallel_for(Index count, Index, const std::function<void(Index)>& body) {
  for (Index i = 0; i < count; ++i) body(i);
}

#else

Index processors() { return std::max<Index>(1, static_cast<Index>(std::thread::hardware_concurrency())); }

void parallel_for(Index count, Index threads, const std::function<void(Index)>& body) {
  std::atomic<Index> next{0};
  std::mutex mutex;
  std::exception_ptr error;
  const auto work = [&] {
    try {
      for (Index i = next++; i < count; i = next++) body(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      error = std::current_exception();
    }
  };
  std::vector<std::thread> helpers;
  try {
    for (Index t = 1; t < std::min(threads, count); ++t) helpers.emplace_back(work);
  } catch (const std::exception&) {
    // There are no more threads (std::system_error), or no memory for more (std::bad_alloc): those there are do the work.
  }
  work();
  for (std::thread& helper : helpers) helper.join();
  if (error) std::rethrow_exception(error);
}

#endif

}  // namespace heed
