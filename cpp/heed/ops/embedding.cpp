#include "heed/ops/embedding.h"

#include <algorithm>
#include <cmath>

#include "heed/tensor/detail/power.h"

namespace heed {

template <typename Scalar>
void embed(std::span<const std::int32_t> tokens, const Scalar* table, const MatrixView<Scalar>& x) {
  for (Index i = 0; i < x.rows; ++i)
    std::copy_n(table + tokens[static_cast<std::size_t>(i)] * x.columns, x.columns, x.row(i));
}

template <typename Scalar>
void embed_backward(std::span<const std::int32_t> tokens, const MatrixView<const Scalar>& x_gradient,
                    Scalar* table_gradient) {
  for (Index i = 0; i < x_gradient.rows; ++i) {
    Scalar* row = table_gradient + tokens[static_cast<std::size_t>(i)] * x_gradient.columns;
    for (Index j = 0; j < x_gradient.columns; ++j) row[j] += x_gradient.row(i)[j];
  }
}

template <typename Scalar>
std::vector<Scalar> sinusoidal_positions(Index length, Index d_model) {
  std::vector<Scalar> table;
  table.reserve(static_cast<std::size_t>(checked_product("the positions", {length, d_model})));
  for (Index p = 0; p < length; ++p)
    for (Index j = 0; j < d_model; ++j) {
      const double exponent = static_cast<double>(j / 2 * 2) / static_cast<double>(d_model);
      const double angle = static_cast<double>(p) * power(10000.0, -exponent);
      table.push_back(static_cast<Scalar>(j % 2 == 0 ? std::sin(angle) : std::cos(angle)));
    }
  return table;
}

#define HEED_INSTANTIATE(Scalar)                                                                         \
  template void embed(std::span<const std::int32_t>, const Scalar*, const MatrixView<Scalar>&);          \
  template void embed_backward(std::span<const std::int32_t>, const MatrixView<const Scalar>&, Scalar*); \
  template std::vector<Scalar> sinusoidal_positions(Index, Index);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
