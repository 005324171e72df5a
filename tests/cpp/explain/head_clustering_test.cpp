#include "explain/head_clustering.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "../support/fixture.h"
#include "../support/random_tensor.h"

using namespace heed;
using namespace heed::explain;
using namespace heed::test;

namespace {

/// Distances between points on a line.
Clustering on_a_line(const std::vector<double>& points) {
  const Index count = static_cast<Index>(points.size());
  Tensor<double> distances({1, 1, count, count});
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = 0; j < points.size(); ++j)
      distances.data[i * points.size() + j] = std::abs(points[i] - points[j]);
  return cluster_by_distance<double>(distances);
}

Tensor<double> random_distances(RandomState& random, Index count) {
  Tensor<double> distances({1, 1, count, count});
  for (Index i = 0; i < count; ++i)
    for (Index j = 0; j < i; ++j)
      distances.data[static_cast<std::size_t>(i * count + j)] =
          distances.data[static_cast<std::size_t>(j * count + i)] = random.uniform();
  return distances;
}

}  // namespace

TEST_CASE("Groups are those of SciPy's average linkage", "[clustering]") {
  const Tensor<double> distances({1, 1, 5, 5}, fixture("heads.txt", "divergence"));
  const auto expected = fixture("heads.txt", "merges");
  const Clustering clustering = cluster_by_distance<double>(distances);
  REQUIRE(clustering.merges.size() == 4);
  for (std::size_t k = 0; k < 4; ++k) {
    const auto [left, right, distance] = clustering.merges[k];
    CHECK(static_cast<double>(std::min(left, right)) == expected[3 * k]);
    CHECK(static_cast<double>(std::max(left, right)) == expected[3 * k + 1]);
    CHECK(std::abs(distance - expected[3 * k + 2]) < 1e-15);
  }
}

TEST_CASE("Points on a line come in their order", "[clustering]") {
  const Clustering clustering = on_a_line({5, 0, 9, 1, 5.5, 10.5, 0.25});
  std::vector<Index> order = clustering.order;
  if (order.front() == 5) std::reverse(order.begin(), order.end());
  CHECK(order == std::vector<Index>{1, 6, 3, 0, 4, 2, 5});
}

TEST_CASE("Every group lies together, left before right, and distances rise", "[clustering]") {
  RandomState random(11);
  for (Index count = 2; count <= 16; ++count) {
    const Clustering clustering = cluster_by_distance<double>(random_distances(random, count));
    std::vector<Index> sorted = clustering.order;
    std::sort(sorted.begin(), sorted.end());
    std::vector<Index> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    CHECK(sorted == all);

    std::vector<std::set<Index>> places(static_cast<std::size_t>(count));  // of each group's members in the order
    for (Index place = 0; place < count; ++place)
      places[static_cast<std::size_t>(clustering.order[static_cast<std::size_t>(place)])] = {place};
    double before = 0;
    for (const auto& [left, right, distance] : clustering.merges) {
      const auto& a = places[static_cast<std::size_t>(left)];
      const auto& b = places[static_cast<std::size_t>(right)];
      CHECK(*a.rbegin() + 1 == *b.begin());
      CHECK(distance >= before);
      before = distance;
      std::set<Index> both = a;
      both.insert(b.begin(), b.end());
      CHECK(*both.rbegin() - *both.begin() + 1 == static_cast<Index>(both.size()));
      places.push_back(both);
    }
  }
}

TEST_CASE("One thing, and none, have an order", "[clustering]") {
  CHECK(on_a_line({3}).order == std::vector<Index>{0});
  CHECK(on_a_line({3}).merges.empty());
  CHECK(on_a_line({}).order.empty());
}

TEST_CASE("What are no distances is refused", "[clustering]") {
  CHECK_THROWS_WITH(cluster_by_distance<float>(Tensor<float>({1, 1, 2, 3})),
                    "the distances have shape (1, 1, 2, 3); they must be (1, 1, n, n)");
  CHECK_THROWS_WITH(cluster_by_distance<float>(Tensor<float>({1, 1, 2, 2}, {0, 0.5f, 0.25f, 0})),
                    "the distance from 1 to 0 is 0.25 but that from 0 to 1 is 0.5");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(cluster_by_distance<float>(Tensor<float>({1, 1, 2, 2}, {0, nan, nan, 0})), std::invalid_argument);
}
