#include "heed/threads/thread_pool.h"

#include "heed/tensor/message.h"
#include "heed/threads/parallel.h"

#if !defined(__EMSCRIPTEN__) || defined(__EMSCRIPTEN_PTHREADS__)
#define HEED_HAS_THREADS
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>
#endif

namespace heed {
namespace {

void check(Index threads) {
  require(threads >= 0, {"threads is ", threads, "; it must be at least 0 (0: one a processor)"});
}

void run_alone(Index count, const std::function<void(Index)>& body) {
  for (Index i = 0; i < count; ++i) body(i);
}

}  // namespace

#ifndef HEED_HAS_THREADS

struct ThreadPool::State {};

ThreadPool::ThreadPool(Index threads) { check(threads); }
ThreadPool::~ThreadPool() = default;
Index ThreadPool::threads() const { return 1; }
void ThreadPool::stop() {}
void ThreadPool::run(Index count, const std::function<void(Index)>& body) { run_alone(count, body); }

#else

namespace {

/// A thread that finds nothing to do looks so often before it sleeps: some microseconds, less than waking takes.
constexpr int kLooks = 2000;

template <typename Condition>
void look_for(Condition&& condition) {
  for (int i = 0; i < kLooks && !condition(); ++i) {
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
  }
}

}  // namespace

struct ThreadPool::State {
  std::vector<std::thread> helpers;
  std::atomic<bool> busy{false};

  std::mutex mutex;
  std::condition_variable wake;  ///< there is a new job, or no more
  std::condition_variable idle;  ///< no helper is at work
  std::atomic<unsigned> jobs{0};
  std::atomic<Index> active{0};  ///< helpers at work
  bool open = false;             ///< helpers may still join the job
  bool stopping = false;
  const std::function<void(Index)>* body = nullptr;
  Index count = 0;
  std::atomic<Index> next{0};
  std::exception_ptr error;

  void work() {
    try {
      for (Index i = next++; i < count; i = next++) (*body)(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      error = std::current_exception();
    }
  }

  void help() {
    unsigned seen = 0;
    while (true) {
      look_for([&] { return jobs != seen; });
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [&] { return stopping || jobs != seen; });
        if (stopping) return;
        seen = jobs;
        if (!open) continue;
        ++active;
      }
      work();
      const std::lock_guard lock(mutex);
      if (--active == 0) idle.notify_one();
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& helper : helpers) helper.join();
    helpers.clear();
  }
};

ThreadPool::ThreadPool(Index threads) : state_(std::make_unique<State>()) {
  check(threads);
  if (threads == 0) threads = processors();
  try {
    for (Index t = 1; t < threads; ++t) state_->helpers.emplace_back(&State::help, state_.get());
  } catch (const std::system_error&) {
    // No more threads are to be had: those there are do the work.
  } catch (const std::bad_alloc&) {
    // Nor memory for them.
  }
}

ThreadPool::~ThreadPool() { state_->stop(); }

void ThreadPool::stop() { state_->stop(); }

Index ThreadPool::threads() const { return static_cast<Index>(state_->helpers.size()) + 1; }

void ThreadPool::run(Index count, const std::function<void(Index)>& body) {
  State& state = *state_;
  if (state.helpers.empty() || count <= 1 || state.busy.exchange(true)) return run_alone(count, body);
  {
    const std::lock_guard lock(state.mutex);
    state.body = &body;
    state.count = count;
    state.next = 0;
    state.open = true;
    ++state.jobs;
  }
  state.wake.notify_all();
  state.work();
  look_for([&] { return state.active == 0; });
  std::unique_lock lock(state.mutex);
  state.open = false;
  state.idle.wait(lock, [&] { return state.active == 0; });
  const std::exception_ptr error = std::exchange(state.error, nullptr);
  lock.unlock();
  state.busy = false;
  if (error) std::rethrow_exception(error);
}

#endif

}  // namespace heed
