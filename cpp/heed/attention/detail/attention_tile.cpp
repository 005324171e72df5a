#include "heed/attention/detail/attention_tile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "heed/attention/detail/online_softmax.h"
#include "heed/tensor/sums.h"

namespace heed {
namespace {

/// products = A Bᵀ, each summed in the same order whatever tile it is in: where logits are so large that a rounding is worth a
/// whole weight, those of a row have to be the same numbers every time they are computed. The float kernel does that; Eigen,
/// which multiplies doubles, orders its sums by the shape of the tile.
void multiply_alike(const MatrixView<const float>& a, const MatrixView<const float>& b,
                    const MatrixView<float>& products) {
  multiply_transposed(a, b, products);
}

void multiply_alike(const MatrixView<const double>& a, const MatrixView<const double>& b,
                    const MatrixView<double>& products) {
  for (Index i = 0; i < products.rows; ++i)
    for (Index j = 0; j < products.columns; ++j)
      products.row(i)[j] = std::inner_product(a.row(i), a.row(i) + a.columns, b.row(j), 0.0);
}

}  // namespace

template <typename Scalar>
void logits_tile(const AttentionHead<Scalar>& head, Index row, Index column, const MatrixView<Scalar>& logits) {
  constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();
  const auto queries = matrix(head.query, head.queries, head.dim).middle_rows(row, logits.rows);
  const auto keys = matrix(head.key, head.keys, head.dim).middle_rows(column, logits.columns);
  multiply_alike(queries, keys, logits);
  const bool plain = head.softcap == 0 && !head.has_mask_or_bias();
  for (Index i = 0; i < logits.rows; ++i) {
    Scalar* tile_row = logits.row(i);
    const KeyRange visible = head.visibility.of(row + i);
    const Index first = std::clamp<Index>(visible.first - column, 0, logits.columns);
    const Index last = std::clamp<Index>(visible.last - column, first, logits.columns);
    // Hidden products are overwritten, not added to, so that a NaN in a hidden key does not get through.
    std::fill(tile_row, tile_row + first, kHidden);
    if (plain) {
      for (Index j = first; j < last; ++j) tile_row[j] *= head.scale;
    } else {
      for (Index j = first; j < last; ++j)
        tile_row[j] = head.finish_logit(head.scale * tile_row[j], row + i, column + j);
    }
    std::fill(tile_row + last, tile_row + logits.columns, kHidden);
  }
}

template <typename Scalar>
RowSoftmax<Scalar> row_softmax(const AttentionHead<Scalar>& head, Index row, Scalar log_sum_exp) {
  constexpr Scalar kHidden = -std::numeric_limits<Scalar>::infinity();
  constexpr Scalar kShows = static_cast<Scalar>(1e-4);  // as a share of a weight
  if (log_sum_exp == kHidden) return {};
  if (!(std::abs(log_sum_exp) * std::numeric_limits<Scalar>::epsilon() > kShows)) return {log_sum_exp, 1};
  constexpr Index kColumns = 128;
  Scalar buffer[kColumns];
  OnlineSoftmax<Scalar> softmax;
  const KeyRange visible = head.visibility.of(row);
  for (Index column = visible.first; column < visible.last; column += kColumns) {
    const auto logits = matrix(buffer, 1, std::min(kColumns, visible.last - column));
    logits_tile(head, row, column, logits);
    (void)softmax.add({buffer, static_cast<std::size_t>(logits.columns)});
  }
  if (softmax.sum == 0) return {};
  return {softmax.largest, 1 / softmax.sum};
}

template <typename Scalar>
void add_weighted_values(const AttentionHead<Scalar>& head, Index row, Index column,
                         const MatrixView<const Scalar>& weights, const MatrixView<Scalar>& output) {
  const auto values = matrix(head.value, head.keys, head.value_dim).middle_rows(column, weights.columns);
  if (all_finite(values.data, values.rows * values.columns)) {
    multiply_add(weights, values, output);
    return;
  }
  for (Index i = 0; i < weights.rows; ++i)
    for (Index j = 0; j < weights.columns; ++j)
      if (head.sees(row + i, column + j))
        for (Index c = 0; c < head.value_dim; ++c) output.row(i)[c] += weights.row(i)[j] * values.row(j)[c];
}

#define HEED_INSTANTIATE(Scalar)                                                                                 \
  template void logits_tile(const AttentionHead<Scalar>&, Index, Index, const MatrixView<Scalar>&);              \
  template RowSoftmax<Scalar> row_softmax(const AttentionHead<Scalar>&, Index, Scalar);                          \
  template void add_weighted_values(const AttentionHead<Scalar>&, Index, Index, const MatrixView<const Scalar>&, \
                                    const MatrixView<Scalar>&);
HEED_INSTANTIATE(float)
HEED_INSTANTIATE(double)
#undef HEED_INSTANTIATE

}  // namespace heed
