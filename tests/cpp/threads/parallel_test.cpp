#include "heed/threads/parallel.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "../support/close_to.h"
#include "../support/random_tensor.h"
#include "heed/attention/attention.h"
#include "heed/threads/thread_pool.h"

using namespace heed;
using heed::test::close_to;
using heed::test::random_tensor;

#ifndef __EMSCRIPTEN__
namespace {

constexpr int kUnlimited = -1;
/// How many allocations of this thread succeed before one fails.
thread_local int allocations_left = kUnlimited;

}  // namespace

// In place of the library's, in the whole program of tests, so that memory can be made to run out.
#if defined(__GNUC__) && !defined(__clang__)
// GCC sees that what this `new` returned is freed by `free`, which is right here.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif
void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  if (void* const memory = std::malloc(std::max<std::size_t>(size, 1))) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

TEST_CASE("Every index is visited once, on however many threads", "[parallel]") {
  const Index threads = GENERATE(0, 1, 2, 7, 100);
  const Index count = GENERATE(0, 1, 5, 1000);
  std::vector<int> visits(static_cast<std::size_t>(count));
  parallel_for(count, threads, [&](Index i) { ++visits[static_cast<std::size_t>(i)]; });
  CHECK_THAT(visits, close_to(std::vector<int>(static_cast<std::size_t>(count), 1), 0));
  CHECK(processors() >= 1);
}

TEST_CASE("What a body throws arrives, and the rest stops", "[parallel]") {
  const Index threads = GENERATE(1, 3);
  constexpr Index kCount = 10'000;
  std::atomic<Index> visits = 0;
  const auto run = [&] {
    parallel_for(kCount, threads, [&](Index i) {
      ++visits;
      if (i == 17) throw std::runtime_error("seventeen");
      // The others are at work for seconds, unless they stop.
      if (i > 17) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
  };
  CHECK_THROWS_MATCHES(run(), std::runtime_error, Catch::Matchers::Message("seventeen"));
  CHECK(visits >= 18);
  CHECK(visits < (threads == 1 ? 19 : kCount));
}

#ifndef __EMSCRIPTEN__
TEST_CASE("Where there is no memory for more threads, those that there are do the work", "[parallel]") {
  std::vector<int> visits(1000);
  const std::function<void(Index)> body = [&](Index i) { ++visits[static_cast<std::size_t>(i)]; };
  // Each allocation of making eight threads fails in turn, the first included.
  for (int succeed = 0; succeed < 16; ++succeed) {
    std::ranges::fill(visits, 0);
    allocations_left = succeed;
    parallel_for(1000, 8, body);
    allocations_left = kUnlimited;
    CAPTURE(succeed);
    CHECK(std::ranges::all_of(visits, [](int times) { return times == 1; }));
  }
}

TEST_CASE("A pool has the threads for which there is memory, or there is none for the pool", "[parallel]") {
  std::vector<int> visits(1000);
  const std::function<void(Index)> body = [&](Index i) { ++visits[static_cast<std::size_t>(i)]; };
  Index most = 0;
  for (int succeed = 0; succeed < 24; ++succeed) {
    std::ranges::fill(visits, 0);
    std::optional<ThreadPool> pool;
    allocations_left = succeed;
    try {
      pool.emplace(8);
    } catch (const std::bad_alloc&) {
      pool.reset();
    }
    allocations_left = kUnlimited;
    if (!pool) continue;
    CAPTURE(succeed);
    CHECK(pool->threads() >= most);
    most = pool->threads();
    pool->run(1000, body);
    CHECK(std::ranges::all_of(visits, [](int times) { return times == 1; }));
  }
  CHECK(most == 8);
}
#endif

TEST_CASE("Attention does not depend on the number of threads", "[parallel][attention]") {
  RandomState random(8);
  const auto query = random_tensor(random, {2, 3, 500, 32});
  const auto key = random_tensor(random, {2, 3, 400, 32});
  const auto value = random_tensor(random, {2, 3, 400, 20});
  AttentionOptions<float> options;
  options.causal = true;
  options.weights = GENERATE(false, true);
  options.threads = 1;
  const auto alone = attention(query, key, value, options);
  options.threads = GENERATE(2, 5);
  const auto together = attention(query, key, value, options);
  CHECK_THAT(together.output.data, close_to(alone.output.data, 0));
  CHECK_THAT(together.entropy.data, close_to(alone.entropy.data, 0));
  CHECK_THAT(together.weights.data, close_to(alone.weights.data, 0));
  ThreadPool pool(3);
  options.pool = &pool;
  options.threads = 1;                                    // the pool's are taken in their place
  const auto few = random_tensor(random, {1, 1, 3, 32});  // too little work to wake a thread for
  CHECK(attention(few, few, few, options).output.data.size() == few.data.size());
  for (int call = 0; call < 3; ++call) {
    const auto pooled = attention(query, key, value, options);
    CHECK_THAT(pooled.output.data, close_to(alone.output.data, 0));
    CHECK_THAT(pooled.entropy.data, close_to(alone.entropy.data, 0));
    CHECK_THAT(pooled.weights.data, close_to(alone.weights.data, 0));
  }
  options.threads = -1;
  CHECK_THROWS_MATCHES(attention(query, key, value, options), std::invalid_argument,
                       Catch::Matchers::Message("threads is -1; it must be at least 0 (0: one a processor)"));
}
