#pragma once

#include <functional>
#include <memory>

#include "heed/tensor/tensor.h"

namespace heed {

/// Threads that are kept between calls, for work that comes often and is short. WebAssembly without shared memory has one
/// thread, the caller's.
class ThreadPool {
 public:
  /// `threads`, the caller's among them; 0: one a processor. Fewer where the system gives no more.
  explicit ThreadPool(Index threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// The caller's among them; 1 after `stop`.
  [[nodiscard]] Index threads() const;

  /// Ends all threads but the caller's, which does the work alone from then on. Not while the pool is at work.
  void stop();

  /// Calls `body(i)` for every i in [0, count); each thread takes the next i when it is done with one. What a body throws is
  /// thrown on once all have stopped. While the pool is at work, a caller on another thread or in a body does its work alone.
  void run(Index count, const std::function<void(Index)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heed
