// Rows of each head that become more and fewer, against the tensor of the same numbers.

#include "heed/tensor/head_rows.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <limits>
#include <numeric>

using namespace heed;

namespace {

/// (1, heads, length, dim) with the numbers `first`, `first` + 1 …
HeadRows counted(Index heads, Index length, Index dim, float first) {
  Tensor<float> tensor({1, heads, length, dim});
  std::iota(tensor.data.begin(), tensor.data.end(), first);
  return HeadRows(std::move(tensor));
}

}  // namespace

TEST_CASE("Rows that are added follow those of their head", "[tensor]") {
  HeadRows rows = counted(2, 2, 3, 0);
  rows.append(counted(2, 1, 3, 100));
  const Tensor<float> all = rows.tensor();
  CHECK(all.shape == Shape{1, 2, 3, 3});
  CHECK(all.data == std::vector<float>{0, 1, 2, 3, 4, 5, 100, 101, 102, 6, 7, 8, 9, 10, 11, 103, 104, 105});
  CHECK(rows.head(1)[0] == 6);
  CHECK(rows.step() >= 9);

  SECTION("its own too") {
    rows.append(rows);
    CHECK(rows.shape.length == 6);
    CHECK(std::vector<float>(rows.head(1) + 9, rows.head(1) + 18) ==
          std::vector<float>{6, 7, 8, 9, 10, 11, 103, 104, 105});
  }
  SECTION("and none of nothing") {
    rows.append(counted(2, 0, 3, 0));
    CHECK(rows.tensor().data == all.data);
  }
}

TEST_CASE("Memory moves a logarithm of the number of rows times, and not while there is room", "[tensor]") {
  HeadRows rows = counted(3, 1, 4, 0);
  int moves = 0;
  for (Index i = 1; i < 1000; ++i) {
    const float* before = rows.head(0);
    const Index capacity = rows.capacity;
    rows.append(counted(3, 1, 4, static_cast<float>(12 * i)));
    moves += rows.head(0) == before ? 0 : 1;
    CHECK((rows.head(0) == before || i >= capacity));
  }
  CHECK(moves < 40);  // log(1000) / log(5/4) = 31, and some more while a quarter is less than a row
  for (const Index i : {0, 1, 500, 999}) CHECK(rows.head(2)[i * 4] == static_cast<float>(12 * i + 8));
}

TEST_CASE("Fewer rows leave the first, where they lie", "[tensor]") {
  HeadRows rows = counted(2, 3, 2, 0);
  const float* place = rows.head(0);
  rows.resize(1);
  CHECK(rows.tensor().data == std::vector<float>{0, 1, 6, 7});
  rows.append(counted(2, 1, 2, 50));
  CHECK(rows.head(0) == place);
  CHECK(rows.tensor().data == std::vector<float>{0, 1, 50, 51, 6, 7, 52, 53});
  rows.resize(0);
  CHECK(rows.tensor().shape == Shape{1, 2, 0, 2});
  HeadRows none;
  none.resize(0);
  none.reserve(0);
  CHECK(none.tensor().data.empty());
}

TEST_CASE("Rows that do not fit, or are more than memory holds, are refused, and nothing changes", "[tensor]") {
  HeadRows rows = counted(2, 3, 2, 0);
  CHECK_THROWS_AS(rows.append(counted(1, 3, 2, 0)), std::invalid_argument);
  CHECK_THROWS_AS(rows.append(counted(2, 3, 4, 0)), std::invalid_argument);
  CHECK_THROWS_AS(rows.resize(-1), std::invalid_argument);
  CHECK_THROWS_AS(rows.reserve(std::numeric_limits<Index>::max()), OutOfMemory);
  CHECK_THROWS_AS(rows.resize(std::numeric_limits<Index>::max() / 8), OutOfMemory);
  CHECK_THROWS_AS(HeadRows(Tensor<float>({2, 1, 1, 1})), std::invalid_argument);
  Tensor<float> fewer({1, 2, 3, 2});
  fewer.data.pop_back();
  CHECK_THROWS_WITH(HeadRows(fewer), "shape (1, 2, 3, 2) needs 12 values but there are 11");
  CHECK(rows.tensor().data == counted(2, 3, 2, 0).data);
}
