#include "heed/mask.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "support/close_to.h"

using namespace heed;
using heed::test::close_to;

TEST_CASE("A causal mask is the lower triangle, shifted by the offset", "[mask]") {
  CHECK_THAT(causal_mask(3, 3).data, close_to(std::vector<int>{1, 0, 0, 1, 1, 0, 1, 1, 1}, 0));
  CHECK_THAT(causal_mask(2, 4, 2).data, close_to(std::vector<int>{1, 1, 1, 0, 1, 1, 1, 1}, 0));
  CHECK_THAT(causal_mask(2, 2, -1).data, close_to(std::vector<int>{0, 0, 1, 0}, 0));
  CHECK(causal_mask(0, 0).data.empty());
  CHECK_THROWS_AS(causal_mask(-1, 2), std::invalid_argument);
}

TEST_CASE("Visibility bounds the keys of a query", "[mask]") {
  const auto range = [](const Visibility& visibility, Index query) {
    const KeyRange keys = visibility.of(query);
    return std::pair{keys.first, keys.last};
  };
  CHECK(range({.keys = 9}, 3) == std::pair<Index, Index>{0, 9});
  CHECK(range({.keys = 9, .causal = true}, 3) == std::pair<Index, Index>{0, 4});
  CHECK(range({.keys = 9, .left = 2, .right = 1}, 3) == std::pair<Index, Index>{1, 5});
  CHECK(range({.keys = 9, .causal = true, .left = 2, .right = 1}, 3) == std::pair<Index, Index>{1, 4});
  CHECK(range({.keys = 9, .causal = true, .left = 2, .right = 1, .offset = 4}, 3) == std::pair<Index, Index>{5, 8});
  CHECK(KeyRange{4, 3}.size() == 0);
}

TEST_CASE("A query beyond the keys or before them sees an empty range inside them", "[mask]") {
  for (const Index offset : {-20, 20}) {
    const Visibility visibility{.keys = 9, .causal = true, .left = 1, .offset = offset};
    const KeyRange keys = visibility.of(0);
    CHECK(keys.size() == 0);
    CHECK(keys.first >= 0);
    CHECK(keys.last <= 9);
  }
}

TEST_CASE("A block of queries sees what its queries see together", "[mask]") {
  const Visibility visibility{.keys = 50, .causal = true, .left = 3, .offset = 2};
  const KeyRange block = visibility.of_block(4, 8);
  CHECK(block.first == visibility.of(4).first);
  CHECK(block.last == visibility.of(7).last);
}
