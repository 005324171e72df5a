#pragma once

#include "heed/threads/thread_pool.h"

namespace heed {

/// Calls body(i) for every i in [0, count), shared among the pool's threads; a null pool has the caller do it all.
template <typename Body>
void for_each(ThreadPool* pool, Index count, const Body& body) {
  if (pool != nullptr && count > 1) {
    pool->run(count, body);
    return;
  }
  for (Index i = 0; i < count; ++i) body(i);
}

}  // namespace heed
