#include "heed/threads/thread_pool.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "../support/close_to.h"
#include "heed/threads/parallel.h"

using namespace heed;
using heed::test::close_to;

TEST_CASE("A pool visits every index once, in job after job", "[parallel]") {
  const Index threads = GENERATE(0, 1, 2, 5);
  ThreadPool pool(threads);
  CHECK(pool.threads() >= 1);
  CHECK(pool.threads() <= (threads == 0 ? processors() : threads));
  for (const Index count : {0, 1, 2, 3, 1000, 7, 50})
    for (int job = 0; job < 20; ++job) {
      std::vector<int> visits(static_cast<std::size_t>(count));
      pool.run(count, [&](Index i) { ++visits[static_cast<std::size_t>(i)]; });
      REQUIRE_THAT(visits, close_to(std::vector<int>(static_cast<std::size_t>(count), 1), 0));
    }
}

TEST_CASE("The rest of a pool's work stops where a body throws", "[parallel]") {
  ThreadPool pool(3);
  constexpr Index kCount = 10'000;
  std::atomic<Index> visits = 0;
  const auto run = [&] {
    pool.run(kCount, [&](Index i) {
      ++visits;
      if (i == 17) throw std::runtime_error("seventeen");
      // The others are at work for seconds, unless they stop.
      if (i > 17) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
  };
  CHECK_THROWS_MATCHES(run(), std::runtime_error, Catch::Matchers::Message("seventeen"));
  CHECK(visits < kCount);
}

TEST_CASE("What a body throws arrives, and the pool goes on", "[parallel]") {
  ThreadPool pool(3);
  for (int job = 0; job < 20; ++job) {
    const auto run = [&] {
      pool.run(1000, [](Index i) {
        if (i == 17) throw std::runtime_error("seventeen");
      });
    };
    CHECK_THROWS_MATCHES(run(), std::runtime_error, Catch::Matchers::Message("seventeen"));
    std::atomic<Index> sum{0};
    pool.run(100, [&](Index i) { sum += i; });
    CHECK(sum == 4950);
  }
}

TEST_CASE("A pool may be used in its own work and from several threads", "[parallel]") {
  ThreadPool pool(3);
  std::atomic<Index> sum{0};
  pool.run(10, [&](Index) { pool.run(10, [&](Index i) { sum += i; }); });
  CHECK(sum == 450);
  sum = 0;
  parallel_for(4, 4, [&](Index) {
    for (int job = 0; job < 50; ++job) pool.run(10, [&](Index i) { sum += i; });
  });
  CHECK(sum == 4 * 50 * 45);
}

TEST_CASE("A pool that is stopped does its work on the caller's thread", "[parallel]") {
  ThreadPool pool(3);
  for (int stop = 0; stop < 2; ++stop) {
    pool.stop();
    CHECK(pool.threads() == 1);
    Index sum = 0;
    pool.run(100, [&](Index i) { sum += i; });
    CHECK(sum == 4950);
  }
}

TEST_CASE("A pool of a negative number of threads is refused", "[parallel]") {
  CHECK_THROWS_MATCHES(ThreadPool(-1), std::invalid_argument,
                       Catch::Matchers::Message("threads is -1; it must be at least 0 (0: one a processor)"));
}
