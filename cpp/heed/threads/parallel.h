#pragma once

#include <functional>

#include "heed/tensor/tensor.h"

namespace heed {

/// Processors that `threads` = 0 stands for; 1 where there are no threads (WebAssembly, whose parallelism is workers).
[[nodiscard]] Index processors();

/// Calls `body(i)` for every i in [0, count), on up to `threads` threads; each takes the next i when it is done with one. What
/// a body throws is thrown on once all have stopped.
void parallel_for(Index count, Index threads, const std::function<void(Index)>& body);

}  // namespace heed
