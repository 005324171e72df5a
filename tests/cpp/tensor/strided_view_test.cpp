#include "heed/tensor/strided_view.h"

#include <Eigen/Core>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <limits>
#include <numeric>

#include "../support/mdspan.h"

using namespace heed;
using heed::test::Mdspan;

namespace {

std::vector<float> counted(std::size_t count) {
  std::vector<float> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0.0F);
  return numbers;
}

}  // namespace

TEST_CASE("A view of row-major numbers has their strides", "[strides]") {
  std::vector<float> numbers = counted(120);
  const auto view = view_of(std::span(numbers), {2, 3, 4, 5});
  CHECK(view.strides == Strides{60, 20, 5, 1});
  CHECK(view.at(1, 2, 3, 4) == 119);
  CHECK(view.at(1, 0, 2, 1) == 71);
  CHECK(view.has_contiguous_heads());
  CHECK_THROWS_WITH(view_of(std::span(numbers), {2, 3, 4, 6}), "shape (2, 3, 4, 6) needs 144 values but there are 120");
  CHECK_THROWS_AS(view_of(std::span(numbers), {2, 3, 4, -5}), std::invalid_argument);
  constexpr Index kLarge = Index{1} << (std::numeric_limits<Index>::digits / 2 + 1);
  CHECK_THROWS_AS(view_of(std::span(numbers), {kLarge, kLarge, 1, 1}), std::invalid_argument);
}

TEST_CASE("A permuted view is copied in the order of its axes", "[strides]") {
  // (batch, length, heads, dim) = (1, 3, 2, 2), as many frameworks keep what a projection returns.
  std::vector<float> numbers = counted(12);
  const StridedView<float> view{numbers.data(), {1, 2, 3, 2}, {12, 2, 4, 1}};
  CHECK_FALSE(view.has_contiguous_heads());
  const Tensor<float> copied = contiguous<float>(view);
  CHECK(copied.shape == Shape{1, 2, 3, 2});
  CHECK(copied.data == std::vector<float>{0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11});
  std::vector<float> back(12, -1);
  copy<float>(copied, {back.data(), view.shape, view.strides});
  CHECK(back == numbers);
}

TEST_CASE("A stride of 0 repeats, a negative one runs backwards", "[strides]") {
  std::vector<float> numbers = counted(3);
  CHECK(contiguous<float>(StridedView<float>{numbers.data(), {1, 1, 2, 3}, {0, 0, 0, 1}}).data ==
        std::vector<float>{0, 1, 2, 0, 1, 2});
  CHECK(contiguous<float>(StridedView<float>{numbers.data() + 2, {1, 1, 1, 3}, {0, 0, 0, -1}}).data ==
        std::vector<float>{2, 1, 0});
}

TEST_CASE("A copy leaves what lies between its elements alone", "[strides]") {
  const Tensor<float> tensor({1, 1, 2, 2}, {1, 2, 3, 4});
  std::vector<float> memory(8, -1);
  copy<float>(tensor, {memory.data(), tensor.shape, {0, 0, 4, 2}});
  CHECK(memory == std::vector<float>{1, -1, 2, -1, 3, -1, 4, -1});
  CHECK_THROWS_WITH(copy<float>(tensor, {memory.data(), {1, 1, 2, 3}, {0, 0, 3, 1}}),
                    "a tensor of shape (1, 1, 2, 2) cannot be copied to shape (1, 1, 2, 3)");
}

TEST_CASE("Views without elements can be copied", "[strides]") {
  const StridedView<const float> nothing{nullptr, {1, 2, 0, 4}, {}};
  CHECK(contiguous<float>(nothing).data.empty());
  copy<float>(Tensor<float>({1, 2, 0, 4}), {nullptr, {1, 2, 0, 4}, {}});
}

TEST_CASE("An mdspan becomes a view, aligned at the right", "[strides]") {
  std::vector<float> numbers = counted(24);
  const auto matrix = view_of(Mdspan<2>{numbers.data(), {3, 4}, {1, 3}});
  CHECK(matrix.shape == Shape{1, 1, 3, 4});
  CHECK(matrix.at(0, 0, 2, 1) == 5);
  const auto all = view_of(Mdspan<4>{numbers.data(), {1, 2, 3, 4}, {24, 12, 4, 1}});
  CHECK(all.shape == Shape{1, 2, 3, 4});
  CHECK(all.strides == Strides{24, 12, 4, 1});
}

namespace {

template <typename Matrix>
concept Viewable = requires(Matrix&& matrix) { view_of(std::forward<Matrix>(matrix)); };

}  // namespace

TEST_CASE("Eigen's maps and blocks may be temporary, matrices and tensors with memory of their own may not",
          "[strides]") {
  STATIC_CHECK(Viewable<Eigen::MatrixXf&>);
  STATIC_CHECK(Viewable<const Eigen::MatrixXf&>);
  STATIC_CHECK_FALSE(Viewable<Eigen::MatrixXf>);
  STATIC_CHECK(Viewable<Eigen::Map<const Eigen::MatrixXf>>);
  STATIC_CHECK(Viewable<Tensor<float>&>);
  STATIC_CHECK(Viewable<const Tensor<float>&>);
  STATIC_CHECK_FALSE(Viewable<Tensor<float>>);
  std::vector<float> numbers = counted(12);
  CHECK(view_of(Eigen::Map<Eigen::MatrixXf>(numbers.data(), 3, 4)).at(0, 0, 2, 1) == 5);
  view_of(Eigen::Map<Eigen::MatrixXf>(numbers.data(), 3, 4)).at(0, 0, 2, 1) = 50;
  CHECK(numbers[5] == 50);
  Eigen::MatrixXf matrix = Eigen::MatrixXf::Zero(5, 4);
  matrix(3, 2) = 7;
  const auto rows = view_of(matrix.middleRows(2, 3));
  CHECK(rows.shape == Shape{1, 1, 3, 4});
  CHECK(rows.at(0, 0, 1, 2) == 7);
}

TEST_CASE("A span of a fixed number of elements becomes a view", "[strides]") {
  std::array<float, 6> numbers{0, 1, 2, 3, 4, 5};
  CHECK(view_of(std::span(numbers), {1, 1, 2, 3}).at(0, 0, 1, 1) == 4);
  CHECK_THROWS_WITH(view_of(std::span(numbers), {1, 1, 2, 2}), "shape (1, 1, 2, 2) needs 4 values but there are 6");
}

TEST_CASE("Eigen's matrices and maps become views, whichever way they are stored", "[strides]") {
  std::vector<float> numbers = counted(12);
  using ByRow = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<ByRow> by_row(numbers.data(), 3, 4);
  CHECK(view_of(by_row).at(0, 0, 2, 1) == by_row(2, 1));
  CHECK(view_of(by_row).has_contiguous_heads());
  Eigen::Map<Eigen::MatrixXf> by_column(numbers.data(), 3, 4);
  CHECK(view_of(by_column).shape == Shape{1, 1, 3, 4});
  CHECK(view_of(by_column).at(0, 0, 2, 1) == by_column(2, 1));
  CHECK_FALSE(view_of(by_column).has_contiguous_heads());
  Eigen::Map<const Eigen::MatrixXf, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> strided(
      numbers.data(), 2, 2, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(6, 2));
  CHECK(view_of(strided).at(0, 0, 1, 1) == strided(1, 1));
}
