#include "explain/head_ablation.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cmath>

#include "explain/notebook.h"

using namespace heed;
using namespace heed::explain;

namespace {

template <typename Scalar>
double shift(const std::vector<Index>& off) {
  const auto notebook = make_notebook<Scalar>();
  const auto result = multi_head_attention<Scalar>(notebook.x, notebook.weights);
  return ablation_shift<Scalar>(result.attention.output, notebook.weights, off);
}

}  // namespace

TEST_CASE("Without no head the output stays; without any there is none", "[ablation]") {
  CHECK(shift<double>({}) == 0);
  CHECK(shift<double>({0, 1, 2, 3}) == 1);
  CHECK(shift<double>({2, 2}) == shift<double>({2}));
}

TEST_CASE("A head's part of the output is its rows of W^O", "[ablation]") {
  // ‖head_h W_h^O‖ / ‖Σ_h head_h W_h^O‖, product by product.
  const auto notebook = make_notebook<double>();
  const auto result = multi_head_attention<double>(notebook.x, notebook.weights);
  const auto& heads = result.attention.output;
  const auto [batch, count, length, d_v] = heads.shape;
  const double* w = notebook.weights.w_output.data.data();
  for (Index head = 0; head < count; ++head) {
    double part = 0, whole = 0;
    for (Index i = 0; i < length; ++i)
      for (Index column = 0; column < count * d_v; ++column) {
        double own = 0, all = 0;
        for (Index h = 0; h < count; ++h)
          for (Index k = 0; k < d_v; ++k) {
            const double product = heads.head(0, h)[i * d_v + k] * w[(h * d_v + k) * count * d_v + column];
            all += product;
            if (h == head) own += product;
          }
        part += own * own;
        whole += all * all;
      }
    CHECK(std::abs(shift<double>({head}) - std::sqrt(part / whole)) < 1e-13);
    // float32 against double: sums of 64 products.
    CHECK(std::abs(shift<float>({head}) - shift<double>({head})) < 1e-5);
  }
}

TEST_CASE("Two heads move the output by no more than each alone, added", "[ablation]") {
  CHECK(shift<double>({0, 3}) <= shift<double>({0}) + shift<double>({3}));
  CHECK(shift<double>({0, 3}) > 0);
}

TEST_CASE("A head that there is not cannot be switched off", "[ablation]") {
  CHECK_THROWS_WITH(shift<float>({4}), "head 4 is to be switched off; there are 4 heads");
  CHECK_THROWS_WITH(shift<float>({-1}), "head -1 is to be switched off; there are 4 heads");
}
