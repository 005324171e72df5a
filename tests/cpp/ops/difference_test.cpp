#include "heed/ops/difference.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>

using namespace heed;

TEST_CASE("Differences of small tensors", "[difference]") {
  const Tensor<float> a({1, 1, 2, 2}, {3, 4, 0, 1}), b({1, 1, 2, 2}, {3, 0, 4, 1});
  const Difference apart = difference<float>(a, b);
  CHECK(apart.largest == 4);
  CHECK(apart.relative == std::sqrt(32.0 / 26));
  CHECK(subtract<float>(a, b).data == std::vector<float>{0, 4, -4, 0});
  CHECK(difference<float>(a, a).largest == 0);
  CHECK(difference<float>(a, a).relative == 0);
}

TEST_CASE("Differences at their limits", "[difference]") {
  const Tensor<float> zero({1, 1, 1, 2}), one({1, 1, 1, 2}, {1, 1});
  CHECK(difference<float>(zero, zero).relative == 0);
  CHECK(difference<float>(zero, one).relative == 1);
  CHECK(std::isinf(difference<float>(one, zero).relative));
  const Tensor<float> broken({1, 1, 1, 2}, {std::numeric_limits<float>::quiet_NaN(), 5});
  CHECK(std::isnan(difference<float>(broken, one).largest));
  CHECK(std::isnan(difference<float>(one, broken).relative));
  CHECK(difference<float>(Tensor<float>({1, 1, 0, 2}), Tensor<float>({1, 1, 0, 2})).largest == 0);
}

TEST_CASE("Tensors of different shapes have no difference", "[difference]") {
  CHECK_THROWS_WITH(difference<float>(Tensor<float>({1, 1, 2, 3}), Tensor<float>({1, 1, 3, 2})),
                    "one tensor has shape (1, 1, 2, 3) and the other (1, 1, 3, 2)");
  CHECK_THROWS_AS(subtract<float>(Tensor<float>({1, 1, 2, 3}), Tensor<float>({1, 1, 2, 4})), std::invalid_argument);
}
