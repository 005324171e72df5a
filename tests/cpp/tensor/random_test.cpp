#include "heed/tensor/random.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <string>

#include "../support/close_to.h"
#include "../support/fixture.h"

using namespace heed;
using heed::test::close_to;
using heed::test::fixture;

TEST_CASE("RandomState draws NumPy's bits and uniforms exactly", "[random]") {
  const std::uint32_t seed = GENERATE(0u, 1u, 42u, 4294967295u);
  RandomState random(seed);
  for (const double bits : fixture("random.txt", "bits." + std::to_string(seed))) CHECK(random.bits() == bits);
  for (const double uniform : fixture("random.txt", "uniform." + std::to_string(seed)))
    CHECK(random.uniform() == uniform);
}

TEST_CASE("RandomState draws NumPy's normals across refills", "[random]") {
  const std::uint32_t seed = GENERATE(0u, 1u, 42u, 4294967295u);
  RandomState random(seed);
  for (int i = 0; i < 8; ++i) random.bits();
  for (int i = 0; i < 5; ++i) random.uniform();
  const auto expected = fixture("random.txt", "normal." + std::to_string(seed));
  std::vector<double> normals(expected.size());
  for (double& normal : normals) normal = random.normal();
  // The last place or two: log and sqrt differ by so much between C libraries.
  CHECK_THAT(normals, close_to(expected, 2e-15));
}

TEST_CASE("Normals have mean 0 and variance 1", "[random]") {
  RandomState random(3);
  constexpr int kDraws = 200000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double normal = random.normal();
    sum += normal;
    squares += normal * normal;
  }
  // Five standard errors: 1/√n for the mean, √(2/n) for the variance.
  CHECK(std::abs(sum / kDraws) < 5 / std::sqrt(kDraws));
  CHECK(std::abs(squares / kDraws - 1) < 5 * std::sqrt(2.0 / kDraws));
}

TEST_CASE("A state that is restored draws what would have been drawn", "[random]") {
  RandomState random(3);
  for (int i = 0; i < 1001; ++i) (void)random.normal();  // an odd number: half a pair is left
  const auto state = random.state();
  RandomState other(4);
  other.restore(state);
  for (int i = 0; i < 1000; ++i) CHECK(other.normal() == random.normal());
  auto wrong = state;
  wrong[624] = 625;
  CHECK_THROWS_WITH(other.restore(wrong), "this is no state of the random numbers");
  CHECK_THROWS_WITH(other.restore({}), "this is no state of the random numbers");
  // From zeros, no number but 0 would follow; the lower bits of the first word are not used.
  wrong.assign(628, 0);
  wrong[0] = 0x7fffffff;
  CHECK_THROWS_WITH(other.restore(wrong), "this is no state of the random numbers");
  wrong[0] = 0x80000000;
  CHECK_NOTHROW(other.restore(wrong));
  wrong[625] = 1;
  wrong[627] = 0x7ff80000;
  CHECK_THROWS_WITH(other.restore(wrong), "the next normal number would be nan");
}
